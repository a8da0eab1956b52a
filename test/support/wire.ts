import {
  FrameDecoder,
  type FrameDecoderOptions,
  type FrameHeader,
  type FrameSink,
  ProtocolViolation,
} from '../../src/codec/index.ts';

export type Role = 'server' | 'client';

/** The end that receives: each vector runs for both. */
export const ROLES: readonly Role[] = ['server', 'client'];

/** The key of the RFC's own examples, §5.7. */
export const EXAMPLE_KEY = 0x37fa213d;

/** Bytes from hexadecimal digits; blanks are for the reader. */
export function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

export function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Masking as §5.3 states it, one byte at a time: what the fast one is compared with. */
export function maskSlowly(bytes: Uint8Array, key: number, phase: number = 0): Uint8Array {
  const masked = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) masked[i] = bytes[i]! ^ ((key >>> (24 - 8 * ((i + phase) % 4))) & 0xff);
  return masked;
}

/** A repeatable source of numbers from 0 up to, not including, 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A new seed for each run, or the one in WS101_SEED to repeat a run. It goes into the message of what fails. */
export const SEED: number = Number(process.env.WS101_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** The same bytes, cut in every way that a test of a wire vector looks at. */
export function cuttings(bytes: Uint8Array, seed: number = SEED): [how: string, chunks: Uint8Array[]][] {
  const cuts: [string, Uint8Array[]][] = [['whole', [bytes]]];
  if (bytes.length <= 4096) cuts.push(['byte by byte', Array.from(bytes, (byte) => Uint8Array.of(byte))]);
  const random = seeded(seed);
  for (let i = 0; i < 8; i++) cuts.push([`cut at random, WS101_SEED=${seed}, try ${i}`, cutAtRandom(bytes, random)]);
  return cuts;
}

export function cutAtRandom(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const most = random() < 0.5 ? 4 : Math.max(4, bytes.length / 3);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + Math.floor(random() * most));
    chunks.push(bytes.slice(at, end));
    at = end;
  }
  return chunks;
}

/** A frame that came whole. */
export interface FrameSeen {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly payload: string;
}

/** All that a decoder made of its input. */
export interface Decoded {
  readonly frames: FrameSeen[];
  /** Payload bytes of a frame that did not come whole. */
  readonly rest: string;
  readonly violation: string | undefined;
  /** How many bytes had been pushed when the violation was thrown. */
  readonly refusedAfter: number | undefined;
  readonly idle: boolean;
}

export interface DecodeOptions extends Omit<FrameDecoderOptions, 'role'> {
  /** Asked after each piece of payload: true stops the decoder there. Default: never. */
  readonly stop?: () => boolean;
  /** Sees each header before its payload; may throw a violation of its own. */
  readonly header?: (header: FrameHeader) => void;
  /** Lets the sink take short messages in one call. Default: it takes every frame by header and payload. */
  readonly takesMessages?: boolean;
  /** Where to write down what each push gave. */
  readonly taken?: number[];
}

/** Runs chunks through one decoder of this role and gives everything that came of it. */
export function decodeChunks(role: Role, chunks: readonly Uint8Array[], options: DecodeOptions = {}): Decoded {
  const { stop = () => false, header: seeHeader, takesMessages = false, taken: counts, ...rest } = options;
  const decoder = new FrameDecoder({ role, ...rest });
  const frames: FrameSeen[] = [];
  let current: FrameHeader | undefined;
  let pieces: Uint8Array[] = [];
  const sink: FrameSink = {
    header(header: FrameHeader): void {
      seeHeader?.(header);
      if (current !== undefined) throw new Error('a header came inside a payload');
      current = header;
    },
    payload(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
      if (current === undefined) throw new Error('payload came without a header');
      pieces.push(bytes.slice(start, end));
      if (last) {
        const { fin, rsv, opcode } = current;
        frames.push({ fin, rsv, opcode, payload: toHex(concat(...pieces)) });
        current = undefined;
        pieces = [];
      }
      return stop();
    },
  };
  if (takesMessages) {
    sink.message = (opcode, bytes, start, end) => {
      if (current !== undefined) throw new Error('a message came inside a payload');
      frames.push({ fin: true, rsv: 0, opcode, payload: toHex(bytes.slice(start, end)) });
      return stop();
    };
  }
  let violation: string | undefined;
  let refusedAfter: number | undefined;
  let pushed = 0;
  for (const chunk of chunks) {
    pushed += chunk.length;
    for (let left = chunk, first = true; first || left.length > 0; first = false) {
      try {
        const taken = decoder.push(left, sink);
        counts?.push(taken);
        if (taken > left.length) throw new Error('the decoder took more than there was');
        if (taken === 0 && left.length > 0) throw new Error('no progress');
        left = left.subarray(taken);
      } catch (error) {
        if (!(error instanceof ProtocolViolation) || violation !== undefined) throw error;
        violation = error.code;
        refusedAfter = pushed;
        left = left.subarray(left.length);
      }
    }
  }
  return { frames, rest: toHex(concat(...pieces)), violation, refusedAfter, idle: decoder.idle };
}
