import { constants, deflateRawSync } from 'node:zlib';
import { join, NOTHING } from './bytes.ts';
import type { DeflateSide } from './deflate-terms.ts';

/** What a sync flush ends with, and a message leaves out (RFC 7692 §7.2.1). */
export const TAIL: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/** The messages of one sender, compressed one after the other. */
export class Compressor {
  readonly #side: DeflateSide;
  readonly #level: number;
  #history: Uint8Array = NOTHING;

  /** @param level 0 to 9; 0 stores what it gets */
  constructor(side: DeflateSide, level: number = 6) {
    this.#side = side;
    this.#level = level;
  }

  /** The payload of a compressed message, whose first frame needs RSV1 (RFC 7692 §7.2.1). */
  compress(message: Uint8Array): Uint8Array {
    const { windowBits } = this.#side;
    const flushed = deflateRawSync(message, {
      windowBits: Math.max(9, windowBits),
      level: this.#level,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...dictionaryOf(this.#history),
    });
    this.#history = followed(this.#history, message, this.#side);
    return flushed.subarray(0, flushed.length - TAIL.length);
  }
}

/** One message compressed on its own, as one with `no_context_takeover` would be. */
export function compress(
  message: Uint8Array,
  { windowBits = 15, level = 6 }: { readonly windowBits?: number; readonly level?: number } = {},
): Uint8Array {
  return new Compressor({ noContextTakeover: true, windowBits }, level).compress(message);
}

/** What may be referred back to, as an option of zlib, which takes no empty one. */
export function dictionaryOf(history: Uint8Array): { readonly dictionary?: Uint8Array } {
  return history.length === 0 ? {} : { dictionary: history };
}

/** What can be referred back to behind a message. */
export function followed(
  history: Uint8Array,
  message: Uint8Array,
  { noContextTakeover, windowBits }: DeflateSide,
): Uint8Array {
  if (noContextTakeover) return NOTHING;
  const window = 2 ** windowBits;
  if (message.length >= window) return message.subarray(message.length - window);
  return join(history.subarray(Math.max(0, history.length + message.length - window)), message);
}
