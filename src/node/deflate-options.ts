import type { DeflateAgreement } from '../handshake/index.ts';
import { checkLimit, MemoryBudget, refuseUnknown } from '../protocol/index.ts';
import type { Compression } from './deflate-message.ts';

/** How messages are compressed with permessage-deflate (RFC 7692). `true` stands for all defaults, `false` for none. */
export interface DeflateOptions {
  /** The longest window, for both directions, as a power of 2: 8 to 15. Default 12, which is 4 KiB. */
  readonly windowBits?: number;
  /** The server compresses each message by itself, keeps nothing for it, and encodes a room's message once. Default true. */
  readonly serverNoContextTakeover?: boolean;
  /** The client compresses each message by itself. Default false: messages may refer to those before. */
  readonly clientNoContextTakeover?: boolean;
  /** Messages of fewer bytes are sent as they are. Default 1 KiB. */
  readonly threshold?: number;
  /** As in zlib: 1 is fast, 9 is small. Default 3. */
  readonly level?: number;
  /** As in zlib, 1 to 9: memory used at most while a message is compressed. Default 8. */
  readonly memLevel?: number;
  /**
   * What the windows of all connections may hold together, in bytes; an offer that no longer fits is declined. Default
   * 64 MiB. A route shares the budget of its server unless it has its own.
   */
  readonly budgetBytes?: number;
}

/** {@link DeflateOptions}, complete and checked. */
export interface DeflateSettings extends Omit<Compression, 'windowBits'> {
  /** What to agree on, if the peer lets it. */
  readonly wish: DeflateAgreement;
  readonly threshold: number;
  readonly budget: MemoryBudget;
}

/** The values that hold unless an option says otherwise. */
export const DEFLATE_DEFAULTS: Required<DeflateOptions> = Object.freeze({
  windowBits: 12, // @rfc 7692-7.3-1
  serverNoContextTakeover: true,
  clientNoContextTakeover: false,
  threshold: 1024,
  level: 3,
  memLevel: 8,
  budgetBytes: 64 * 1024 * 1024,
});

/**
 * @param given `undefined` takes over what is `inherited`
 * @throws TypeError or RangeError that names the option
 */
export function resolveDeflate(
  given: boolean | DeflateOptions | undefined,
  inherited?: DeflateSettings,
): DeflateSettings | undefined {
  if (given === undefined) return inherited;
  if (given === false) return undefined;
  if (given !== true && (typeof given !== 'object' || given === null)) {
    throw new TypeError('deflate must be true, false or an object of options');
  }
  const options = given === true ? {} : given;
  refuseUnknown('deflate', options, Object.keys(DEFLATE_DEFAULTS));
  const { budgetBytes } = options;
  const windowBits = integer(options, 'windowBits', 8, 15);
  return {
    wish: {
      serverNoContextTakeover: flag(options, 'serverNoContextTakeover'),
      clientNoContextTakeover: flag(options, 'clientNoContextTakeover'),
      serverMaxWindowBits: windowBits,
      clientMaxWindowBits: windowBits,
    },
    threshold: thresholdOf(options),
    level: integer(options, 'level', 1, 9),
    memLevel: integer(options, 'memLevel', 1, 9),
    budget: budgetBytes === undefined && inherited !== undefined ? inherited.budget : createBudget(budgetBytes),
  };
}

function createBudget(bytes: number = DEFLATE_DEFAULTS.budgetBytes): MemoryBudget {
  return new MemoryBudget(checkLimit('deflate.budgetBytes', bytes));
}

function thresholdOf({ threshold = DEFLATE_DEFAULTS.threshold }: DeflateOptions): number {
  return threshold === 0 ? 0 : checkLimit('deflate.threshold', threshold);
}

function integer(
  options: DeflateOptions,
  name: 'windowBits' | 'level' | 'memLevel',
  least: number,
  most: number,
): number {
  const value = options[name] === undefined ? DEFLATE_DEFAULTS[name] : options[name];
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`deflate.${name} must be an integer from ${least} to ${most}`);
}

function flag(options: DeflateOptions, name: 'serverNoContextTakeover' | 'clientNoContextTakeover'): boolean {
  const value = options[name] === undefined ? DEFLATE_DEFAULTS[name] : options[name];
  if (typeof value !== 'boolean') throw new TypeError(`deflate.${name} must be true or false`);
  return value;
}
