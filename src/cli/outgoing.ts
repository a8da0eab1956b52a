import { Opcode } from '../codec/index.ts';
import { parseHex } from './inspect-input.ts';
import { nearest, quote, UsageError } from './usage-error.ts';

/** How the frames of a message are to look, right or wrong. */
export interface FrameShape {
  /** At most so many bytes of payload a frame. */
  readonly fragment?: number;
  /** Default: as the end that sends must. */
  readonly mask?: boolean;
  /** The reserved bits of the first frame, 0 to 7: RSV1 is 4. */
  readonly rsv?: number;
  /** The opcode of the first frame, 0 to 15. */
  readonly opcode?: number;
  /** Whether the last frame says that it is the last. */
  readonly fin?: boolean;
}

/** Something to send. */
export type Outgoing = { /** Which client it goes to; all when absent. */ readonly to?: number } & (
  | { readonly kind: 'message'; readonly payload: string | Uint8Array; readonly shape: FrameShape }
  | { readonly kind: 'ping' | 'pong'; readonly payload: Uint8Array; readonly shape: FrameShape }
  /** Without a code the close frame is empty. */
  | { readonly kind: 'close'; readonly code: number | undefined; readonly reason: string }
  /** Bytes for the wire, as they are. */
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
);

/** How lines are read: as text, as hexadecimal digits of a message or of the wire, or as JSON that says what to send. */
export type LineForm = 'text' | 'binary' | 'raw' | 'ndjson';

/**
 * What a line stands for; undefined for an empty one that stands for nothing.
 *
 * Throws a `UsageError` that says what is wrong with it.
 */
export function parseLine(line: string, form: LineForm, shape: FrameShape): Outgoing | undefined {
  if (form === 'text') return { kind: 'message', payload: line, shape };
  if (line.trim() === '') return undefined;
  if (form === 'ndjson') return parseJsonLine(line, shape);
  const bytes = parseHex(line);
  return form === 'raw' ? { kind: 'raw', bytes } : { kind: 'message', payload: bytes, shape };
}

const WHAT = ['text', 'hex', 'ping', 'pong', 'close', 'raw'] as const;
const SHAPE = ['fragment', 'mask', 'rsv', 'opcode', 'fin'] as const;
const KEYS: readonly string[] = [...WHAT, ...SHAPE, 'reason', 'to'];

type Given = Readonly<Record<string, unknown>>;

function parseJsonLine(line: string, base: FrameShape): Outgoing {
  const given = parseObject(line);
  for (const key of Object.keys(given)) {
    if (KEYS.includes(key)) continue;
    const meant = nearest(key, KEYS);
    throw new UsageError(
      `unknown key ${quote(key)}; ${meant === undefined ? `there are ${KEYS.join(', ')}` : `did you mean ${meant}?`}`,
    );
  }
  const [what, ...more] = WHAT.filter((key) => Object.hasOwn(given, key));
  if (what === undefined || more.length > 0)
    throw new UsageError(`an object needs one of ${WHAT.join(', ')}, and not two of them`);
  const shape = { ...base, ...shapeOf(given) };
  const to = given.to === undefined ? {} : { to: whole('to', given.to, 1, Number.MAX_SAFE_INTEGER) };
  switch (what) {
    case 'text':
      return { ...to, kind: 'message', payload: textOf(what, given[what]), shape };
    case 'hex': {
      const digits = textOf(what, given[what]);
      return { ...to, kind: 'message', payload: digits.trim() === '' ? new Uint8Array(0) : parseHex(digits), shape };
    }
    case 'raw':
      return { ...to, kind: 'raw', bytes: parseHex(textOf(what, given[what])) };
    case 'close':
      return { ...to, kind: 'close', ...closeOf(given) };
    default: {
      const payload = new TextEncoder().encode(textOf(what, given[what] === true ? '' : given[what]));
      return { ...to, kind: what, payload, shape };
    }
  }
}

function parseObject(line: string): Given {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {}
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Given;
  throw new UsageError(`${quote(line)} is no JSON object; write {"text":"hello"}, {"hex":"0102"} or {"close":1000}`);
}

function shapeOf(given: Given): FrameShape {
  const { fragment, mask, rsv, opcode, fin } = given;
  return {
    ...(fragment === undefined ? {} : { fragment: whole('fragment', fragment, 1, Number.MAX_SAFE_INTEGER) }),
    ...(mask === undefined ? {} : { mask: truth('mask', mask) }),
    ...(rsv === undefined ? {} : { rsv: whole('rsv', rsv, 0, 7) }),
    ...(opcode === undefined ? {} : { opcode: whole('opcode', opcode, 0, 15) }),
    ...(fin === undefined ? {} : { fin: truth('fin', fin) }),
  };
}

function closeOf({ close, reason = '' }: Given): { code: number | undefined; reason: string } {
  const text = textOf('reason', reason);
  if (close !== null && close !== true) return { code: whole('close', close, 0, 65_535), reason: text };
  if (text !== '') throw new UsageError('a reason needs a code before it: {"close":1000,"reason":"bye"}');
  return { code: undefined, reason: '' };
}

function textOf(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UsageError(`${key} must be a text in quotes`);
}

function truth(key: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new UsageError(`${key} must be true or false`);
}

function whole(key: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${key} must be a whole number ${range}`);
}

/** Whether frames of this shape are what a connection sends by itself. */
export function isPlain(shape: FrameShape): boolean {
  return Object.keys(shape).length === 0;
}

/** The opcode that a message begins with unless its shape says otherwise. */
export function opcodeOf(payload: string | Uint8Array): number {
  return typeof payload === 'string' ? Opcode.TEXT : Opcode.BINARY;
}
