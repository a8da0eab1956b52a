import { constants as bufferConstants } from 'node:buffer';
import { promisify } from 'node:util';
import {
  constants,
  deflateRaw,
  deflateRawSync,
  type InflateRaw,
  inflateRaw,
  inflateRawSync,
  type ZlibOptions,
} from 'node:zlib';
import { CloseCode, ProtocolViolation, type ViolationRule } from '../codec/index.ts';
import { MESSAGE_RULES } from '../protocol/index.ts';
import { SlidingWindow } from './sliding-window.ts';

/** What a peer's compressed message can get wrong. */
export const DEFLATE_RULES: Readonly<Record<'deflate-data-invalid' | 'deflate-too-many-streams', ViolationRule>> = {
  // The frames are in order and their content is not what its kind says, which is what RFC 6455 has 1007 for.
  'deflate-data-invalid': {
    closeCode: CloseCode.INVALID_PAYLOAD,
    section: 'RFC 7692 §7.2.2',
    message: 'the compressed message is no DEFLATE data that ends with an empty stored block; check the compressor',
  },
  'deflate-too-many-streams': {
    closeCode: CloseCode.POLICY_VIOLATION,
    section: 'RFC 7692 §7.2.1',
    message: 'the compressed message has more final blocks than this end takes; flush instead of finishing',
  },
};

/** How messages are compressed; `level` and `memLevel` are those of zlib. */
export interface Compression {
  readonly windowBits: number;
  readonly level: number;
  readonly memLevel: number;
}

/** Each DEFLATE stream costs as much as a small message to begin, however short it is. */
const MAX_STREAMS = 64;

// What compressors leave out at the end of a message, then an empty final block: with it zlib tells whether the data
// stopped where a block ends or in the middle of one.
const TAIL: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff, 0x03, 0x00);
const STRIPPED_BYTES = 4;
const NO_BYTES: Uint8Array = new Uint8Array(0);

const LEAST_WINDOW_BITS = 9;
// zlib keeps so many bytes of its window free, and never refers to them.
const UNREACHED_BYTES = 262;
// zlib has 2 to the power of `memLevel` and 6 places for symbols, and twice as many to find repetitions by.
const SYMBOL_BITS = 6;
// What it writes to, piece by piece; below 4 KiB Node has memory for that at hand.
const LONGEST_PIECE = 16 * 1024;
const SHORTEST_PIECE = 2048;
const STORED_MARGIN = 64;
// Text becomes three to five times as long.
const EXPECTED_GROWTH = 4;

const deflateRawAside = promisify(deflateRaw);
const inflateRawAside = promisify(inflateRaw);

/**
 * A message's payload compressed, without the four bytes that end each (RFC 7692 §7.2.1).
 *
 * Node has 9 bits do the work of 8; its matches still reach back 250 bytes at most, so that 8 bits suffice to read them.
 *
 * @param dictionary the plain bytes before this message that it may refer to
 */
export function deflateMessage(payload: Uint8Array, compression: Compression, dictionary?: Uint8Array): Uint8Array {
  return stripped(deflateRawSync(payload, deflateOptions(payload.length, compression, dictionary)));
}

/** {@link deflateMessage} in a thread of its own; neither array may change meanwhile. */
export async function deflateMessageAside(
  payload: Uint8Array,
  compression: Compression,
  dictionary?: Uint8Array,
): Promise<Uint8Array> {
  return stripped(await deflateRawAside(payload, deflateOptions(payload.length, compression, dictionary)));
}

/**
 * The payload that a compressed message stands for, in memory of its own (RFC 7692 §7.2.2). Inflating stops as soon as
 * there is more than `maxBytes`.
 *
 * @param windowBits how far back the compressor may refer, as a power of 2
 * @param dictionary the plain bytes before this message
 * @throws ProtocolViolation `message-too-big`, or one of {@link DEFLATE_RULES}
 */
export function inflateMessage(
  payload: Uint8Array,
  windowBits: number,
  maxBytes: number,
  dictionary?: Uint8Array,
): Uint8Array {
  const streams = inflateStreams(payload, windowBits, maxBytes, dictionary);
  let step = streams.next();
  while (!step.done) {
    const { input, options } = step.value;
    try {
      step = streams.next(inflated(inflateRawSync(input, options)));
    } catch (error) {
      throw inflateFailure(error);
    }
  }
  return step.value;
}

/** {@link inflateMessage} in a thread of its own; neither array may change meanwhile. */
export async function inflateMessageAside(
  payload: Uint8Array,
  windowBits: number,
  maxBytes: number,
  dictionary?: Uint8Array,
): Promise<Uint8Array> {
  const streams = inflateStreams(payload, windowBits, maxBytes, dictionary);
  let step = streams.next();
  while (!step.done) {
    const { input, options } = step.value;
    try {
      step = streams.next(inflated(await inflateRawAside(input, options)));
    } catch (error) {
      throw inflateFailure(error);
    }
  }
  return step.value;
}

/** One DEFLATE stream for zlib to inflate. */
interface InflateStep {
  readonly input: Uint8Array;
  readonly options: ZlibOptions;
}

/** What became of it, and how much of its input it was. */
interface Inflated {
  readonly plain: Uint8Array;
  readonly taken: number;
}

/** Asks for the streams of a message one after the other, and gives the whole. */
function* inflateStreams(
  payload: Uint8Array,
  windowBits: number,
  maxBytes: number,
  dictionary: Uint8Array = NO_BYTES,
): Generator<InflateStep, Uint8Array, Inflated> {
  // Its shortest form is one zero byte, but there is nothing else that no bytes could mean.
  if (payload.length === 0) return NO_BYTES;
  const input = joined([payload, TAIL], payload.length + TAIL.length);
  const chunkSize = Math.min(Math.max(EXPECTED_GROWTH * payload.length, SHORTEST_PIECE), LONGEST_PIECE);
  const pieces: Uint8Array[] = [];
  let window: SlidingWindow | undefined;
  let length = 0;
  for (let at = 0; at < payload.length; ) {
    if (pieces.length === MAX_STREAMS) throw violation('deflate-too-many-streams');
    const maxOutputLength = Math.min(Math.max(maxBytes - length, 1), bufferConstants.MAX_LENGTH);
    const known = window?.bytes ?? dictionary;
    const options =
      known.length === 0
        ? { windowBits, maxOutputLength, chunkSize, info: true }
        : { windowBits, maxOutputLength, chunkSize, info: true, dictionary: known };
    const { plain, taken } = yield { input: at === 0 ? input : input.subarray(at), options };
    at += taken;
    length += plain.length;
    pieces.push(plain);
    if (at > payload.length && at < input.length) throw violation('deflate-data-invalid');
    if (at >= payload.length) break;
    // A final block ends a stream, not the message: what follows is the next stream (RFC 7692 §7.2.3.4).
    window ??= windowOf(dictionary, windowBits);
    window.add(plain);
  }
  if (length > maxBytes) throw tooBig();
  return joined(pieces, length);
}

// The types do not know what `info` does.
function inflated(result: unknown): Inflated {
  const { buffer, engine } = result as { buffer: Uint8Array; engine: InflateRaw };
  return { plain: buffer, taken: engine.bytesWritten };
}

function inflateFailure(error: unknown): ProtocolViolation {
  if (error instanceof ProtocolViolation) return error;
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    ? tooBig()
    : violation('deflate-data-invalid');
}

/** zlib clears its memory for each message, so that a short one is given no more than what it can use. */
function deflateOptions(bytes: number, compression: Compression, dictionary: Uint8Array = NO_BYTES): ZlibOptions {
  const { level } = compression;
  const inReach = dictionary.length + bytes;
  const windowBits = Math.min(compression.windowBits, Math.max(LEAST_WINDOW_BITS, bitsOf(inReach + UNREACHED_BYTES)));
  const symbolBits = Math.max(bitsOf(bytes + 2), bitsOf(Math.min(inReach, 2 ** windowBits)) - 1);
  const memLevel = Math.min(compression.memLevel, Math.max(1, symbolBits - SYMBOL_BITS));
  const chunkSize = Math.min(bytes + STORED_MARGIN, LONGEST_PIECE);
  const finishFlush = constants.Z_SYNC_FLUSH;
  return dictionary.length === 0
    ? { windowBits, level, memLevel, chunkSize, finishFlush }
    : { windowBits, level, memLevel, chunkSize, finishFlush, dictionary };
}

/** How many bits it takes to tell `count` things apart. */
function bitsOf(count: number): number {
  return 32 - Math.clz32(count - 1);
}

function stripped(compressed: Uint8Array): Uint8Array {
  return compressed.subarray(0, compressed.length - STRIPPED_BYTES); // @rfc 7692-6.1-1 7692-7.2.1-2
}

function windowOf(dictionary: Uint8Array, windowBits: number): SlidingWindow {
  const window = new SlidingWindow(2 ** windowBits);
  window.add(dictionary);
  return window;
}

/** The pieces in one array that holds nothing else: zlib gives views of larger ones. */
function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function violation(code: keyof typeof DEFLATE_RULES): ProtocolViolation {
  return new ProtocolViolation(code, DEFLATE_RULES[code]);
}

function tooBig(): ProtocolViolation {
  return new ProtocolViolation('message-too-big', MESSAGE_RULES['message-too-big']);
}
