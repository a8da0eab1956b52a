import type { BenchOptions } from '../options.ts';

/** What is wrong with a value: of the wrong type, or of the right one but out of range. */
type Check = (value: unknown, name: string) => void;

/** @throws TypeError, RangeError that name the option and say what it takes */
export function checkOption(name: string, value: unknown): void {
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof BenchOptions] : undefined;
  if (check === undefined)
    throw new TypeError(
      `there is no option ${JSON.stringify(name)}; the options are ${Object.keys(CHECKS).join(', ')}`,
    );
  if (value !== undefined) check(value, name);
}

/** @throws TypeError, RangeError unless it is a `ws:` or `wss:` URL; its port may be `{port}`, for any free one */
export function checkUrl(value: unknown, name: string = 'url'): void {
  text(value, name);
  const url = String(value).replace('{port}', '0');
  const example = 'a URL such as ws://localhost:8080/';
  if (!URL.canParse(url)) throw new TypeError(`${name} must be ${example}, not ${JSON.stringify(value)}`);
  const { protocol, hash, hostname } = new URL(url);
  if ((protocol !== 'ws:' && protocol !== 'wss:') || hostname === '')
    throw new RangeError(`${name} must begin with ws: or wss:, not ${JSON.stringify(protocol)}; ${example}`);
  if (hash !== '')
    throw new RangeError(`${name} must have no fragment, as no WebSocket has one (RFC 6455 §3): ${hash}`);
}

const whole =
  (least: number, most: number = Number.MAX_SAFE_INTEGER): Check =>
  (value, name) => {
    number(value, name);
    if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most)
      throw new RangeError(`${name} must be a whole number ${range(least, most)}, not ${value}`);
  };

const between =
  (least: number, most: number): Check =>
  (value, name) => {
    number(value, name);
    if (!(Number(value) >= least && Number(value) <= most))
      throw new RangeError(`${name} must be a number ${range(least, most)}, not ${value}`);
  };

const oneOf =
  (...choices: readonly string[]): Check =>
  (value, name) => {
    text(value, name);
    if (!choices.includes(String(value)))
      throw new RangeError(`${name} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}`);
  };

const listOf =
  (check: Check): Check =>
  (value, name) => {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, not ${typeof value}`);
    for (const [i, item] of value.entries()) check(item, `${name}[${i}]`);
  };

const command: Check = (value, name) => {
  listOf(text)(value, name);
  if ((value as readonly string[])[0] === undefined || (value as readonly string[])[0] === '')
    throw new RangeError(`${name} must begin with a program`);
};

const header: Check = (value, name) => {
  listOf(text)(value, name);
  const [field = '', content = '', ...more] = value as readonly string[];
  if (more.length > 0 || !/^[!#$%&'*+.^_`|~\w-]+$/.test(field) || /[\r\n\0]/.test(content))
    throw new RangeError(
      `${name} must be a name and a value as they may stand in a request, not ${JSON.stringify(value)}`,
    );
};

const source: Check = (value, name) => {
  record(value, name);
  const { kind, bytes, path, text: template } = value as Record<string, unknown>;
  oneOf('size', 'file', 'template')(kind, `${name}.kind`);
  if (kind === 'size') whole(1, 2 ** 30)(bytes, `${name}.bytes`);
  else text(kind === 'file' ? path : template, kind === 'file' ? `${name}.path` : `${name}.text`);
};

const variant: Check = (value, name) => {
  record(value, name);
  const options = value as Record<string, unknown>;
  text(options.name, `${name}.name`);
  if (options.name === '') throw new RangeError(`${name}.name must not be empty`);
  if (options.command !== undefined) command(options.command, `${name}.command`);
  if (options.url !== undefined) checkUrl(options.url, `${name}.url`);
  if (options.verify !== undefined) oneOf('all', 'count')(options.verify, `${name}.verify`);
};

// Setting a timer for longer than this sets it for 1 ms.
const LONGEST_MS = 2 ** 31 - 1;

const CHECKS: Readonly<Record<keyof BenchOptions, Check>> = {
  url: checkUrl,
  scenario: text,
  source,
  connections: whole(1, 1_000_000),
  depth: whole(1, 1_000_000),
  rate: between(0, 1e9),
  pacing: oneOf('even', 'poisson'),
  timeoutMs: between(1, LONGEST_MS),
  durationMs: between(1, LONGEST_MS),
  warmupMs: between(0, LONGEST_MS),
  workers: whole(1, 256),
  runs: whole(1, 10_000),
  headers: listOf(header),
  protocols: listOf(text),
  binary: flag,
  deflate: flag,
  takeover: flag,
  verify: oneOf('all', 'count'),
  adapter: text,
  file: text,
  share: between(0, 1),
  attack: text,
  publishers: whole(1),
  messages: whole(1),
  speed: between(1e-6, 1e6),
  steps: listOf(between(0, 1e9)),
  localAddresses: listOf(text),
  insecure: flag,
  seed: whole(0, 2 ** 32 - 1),
  command,
  variants: listOf(variant),
  serverPid: whole(1),
  objective: text,
  baseline: text,
  failOn: oneOf('regression'),
  calibrate: flag,
  title: text,
  repeat: text,
  signal: (value, name) => {
    if (!(value instanceof AbortSignal)) throw new TypeError(`${name} must be an AbortSignal`);
  },
};

function range(least: number, most: number): string {
  return most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
}

function number(value: unknown, name: string): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
}

function text(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${typeof value}`);
}

function flag(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, not ${typeof value}`);
}

function record(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${name} must be an object, not ${typeof value}`);
}
