import fc from 'fast-check';
import { expect } from 'vitest';
import {
  decideUpgrade,
  HandshakeError,
  type HeadLimits,
  parseRequestHead,
  type RequestHead,
  RequestHeadReader,
  type ResponseHead,
  ResponseHeadReader,
  type UpgradePolicy,
} from '../../src/handshake/index.ts';

/** The key of RFC 6455 §1.3. */
export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** What became of a stream of bytes: all that can be observed of a reader. */
export interface Outcome<Head> {
  code: string | undefined;
  status: number | undefined;
  head: Head | undefined;
  fields: [string, string][];
  raw: string;
  rest: string;
}

interface Reader<Head> {
  push(chunk: Uint8Array): number;
  readonly head: Head | undefined;
  readonly bytes: Uint8Array;
}

function readPieces<Head extends RequestHead | ResponseHead>(
  reader: Reader<Head>,
  pieces: readonly Uint8Array[],
): Outcome<Head> {
  let error: HandshakeError | undefined;
  let rest = '';
  try {
    for (const piece of pieces) rest += textOf(piece.subarray(reader.push(piece)));
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(HandshakeError);
    error = thrown as HandshakeError;
    expect(() => reader.push(bytesOf('GET'))).toThrow(error);
  }
  const { head } = reader;
  return {
    code: error?.code,
    status: error?.status,
    head,
    fields: head === undefined ? [] : [...head.headers],
    raw: textOf(reader.bytes),
    rest,
  };
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...at].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

/** Reads the bytes whole, byte by byte, in two, and cut at random; every way must have the same outcome. */
export function readEveryWay<Head extends RequestHead | ResponseHead>(
  create: () => Reader<Head>,
  text: string,
): Outcome<Head> {
  const bytes = bytesOf(text);
  const whole = readPieces(create(), [bytes]);
  const { length } = bytes;
  expect(
    readPieces(
      create(),
      cut(
        bytes,
        Array.from({ length }, (_, i) => i),
      ),
    ),
  ).toEqual(whole);
  // Every cut in two of short heads; of long ones, whose reading costs more, the first few.
  for (let at = 0; at <= (length < 400 ? length : 20); at++)
    expect(readPieces(create(), cut(bytes, [at]))).toEqual(whole);
  fc.assert(
    fc.property(fc.array(fc.nat(length), { maxLength: 8 }), (at) => {
      expect(readPieces(create(), cut(bytes, at))).toEqual(whole);
    }),
    { numRuns: 20 },
  );
  return whole;
}

export const readRequest = (text: string, limits?: Partial<HeadLimits>): Outcome<RequestHead> =>
  readEveryWay(() => new RequestHeadReader(limits), text);
export const readResponse = (text: string, limits?: Partial<HeadLimits>): Outcome<ResponseHead> =>
  readEveryWay(() => new ResponseHeadReader(limits), text);

export interface Changes {
  line?: string;
  /** Replaces fields of the good request by name; undefined removes one, a list sends several. */
  fields?: Record<string, string | readonly string[] | undefined>;
  /** More lines before the fields of the good request. */
  before?: readonly string[];
}

/** A good opening handshake as text, with changes. */
export function requestText({ line = 'GET /chat HTTP/1.1', fields = {}, before = [] }: Changes = {}): string {
  const all: Record<string, string | readonly string[] | undefined> = {
    Host: 'example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...fields,
  };
  const lines = [line, ...before];
  for (const [name, value] of Object.entries(all)) {
    for (const each of value === undefined ? [] : [value].flat()) lines.push(`${name}: ${each}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export const OPEN: UpgradePolicy = { origin: 'same', secure: false };

/** The status that a request gets: 101, 0 for the fallback, or that of the error; and the error itself. */
export function answer(
  text: string,
  policy: Partial<UpgradePolicy> = {},
): { status: number; code: string; headers: Record<string, string> } {
  const refusal = ({ status, code, headers }: HandshakeError) => ({
    status,
    code,
    headers: Object.fromEntries(headers),
  });
  let head: RequestHead;
  try {
    head = parseRequestHead(bytesOf(text));
  } catch (error) {
    if (error instanceof HandshakeError) return refusal(error);
    throw error;
  }
  const decision = decideUpgrade(head, { ...OPEN, ...policy });
  if (decision.kind === 'reject') return refusal(decision.error);
  return { status: decision.kind === 'upgrade' ? 101 : 0, code: decision.kind, headers: {} };
}

/** The code that the call throws as HandshakeError; fails when it throws anything else or nothing. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(HandshakeError);
    return (error as HandshakeError).code;
  }
  throw new Error('nothing was thrown');
}

/** How often a character code is asked for while `call` runs: the work of a lexer, counted instead of timed. */
export function countLooks(call: () => void): number {
  const original = String.prototype.charCodeAt;
  let looks = 0;
  String.prototype.charCodeAt = function (this: string, index: number): number {
    looks++;
    return original.call(this, index);
  };
  try {
    call();
  } finally {
    String.prototype.charCodeAt = original;
  }
  return looks;
}
