import { parseTokenList } from '../handshake/index.ts';

type Kind = readonly [fits: (value: unknown) => boolean, what: string];

const FUNCTION: Kind = [(value) => typeof value === 'function', 'a function'];

/** What the options must be that are neither limits nor checked where they are resolved. */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...['open', 'message', 'part', 'drain', 'pong', 'close', 'upgrade', 'fallback', 'onError'].map(
    (name) => [name, FUNCTION] as const,
  ),
  ['protocols', [(value) => isListOf(value, isToken), 'a list of tokens']],
  ['hosts', [(value) => isListOf(value, (entry) => typeof entry === 'string'), 'a list of host names']],
  ['text', [(value) => value === 'string' || value === 'bytes', "'string' or 'bytes'"]],
  ['measureHandlers', [(value) => typeof value === 'boolean', 'true or false']],
  ['borrow', [(value) => typeof value === 'boolean', 'true or false']],
]);

/**
 * Looks at each option of a server or a route that must be of one kind; those it does not know, and `undefined`, pass.
 *
 * @throws TypeError that names the option
 */
export function checkKinds(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = KINDS.get(name);
    if (value !== undefined && kind?.[0](value) === false) throw new TypeError(`${name} must be ${kind[1]}`);
  }
}

function isListOf(value: unknown, fits: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits);
}

function isToken(value: unknown): boolean {
  try {
    return typeof value === 'string' && parseTokenList(value)[0] === value;
  } catch {
    return false;
  }
}
