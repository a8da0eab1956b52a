import { Compressor } from '../deflate.ts';
import type { DeflateSide } from '../deflate-terms.ts';
import type { Corpus } from './corpora.ts';

/** A message, and the payload that it is sent as. */
export interface Compressed {
  readonly message: Uint8Array;
  readonly payload: Uint8Array;
}

/** So many octets of messages are compressed, and then come round again. */
const CIRCLE_OCTETS = 1_048_576;
/** What is kept of all circles together: those of one corpus on one term are 10 MiB and less. */
const KEPT_OCTETS = 24 * 1_048_576;

interface Circle {
  readonly messages: readonly Compressed[];
  readonly octets: number;
}

/**
 * Messages that are compressed when they are first asked for, and shared by all who ask again: the fragments of a message, the
 * connections and the groups have them in common. What was asked for longest ago is forgotten.
 */
export class CompressedMessages {
  readonly #circles = new Map<string, Circle>();
  #octets = 0;

  /**
   * Different messages of one length, compressed one behind the other. They can be sent in a circle, since each refers back at
   * most to those before it in the row, which have always just been sent when its turn comes.
   */
  of(corpus: Corpus, length: number, side: DeflateSide): readonly Compressed[] {
    const key = [corpus.name, length, side.windowBits, side.noContextTakeover].join();
    const circle = this.#circles.get(key) ?? circleOf(corpus, length, side);
    if (!this.#circles.delete(key)) this.#octets += circle.octets;
    this.#circles.set(key, circle);
    for (const [oldest, { octets }] of this.#circles) {
      if (this.#octets <= KEPT_OCTETS || oldest === key) break;
      this.#circles.delete(oldest);
      this.#octets -= octets;
    }
    return circle.messages;
  }
}

function circleOf(corpus: Corpus, length: number, side: DeflateSide): Circle {
  const compressor = new Compressor(side);
  const count = Math.max(4, Math.min(100, Math.floor(CIRCLE_OCTETS / length)));
  const messages = Array.from({ length: count }, (_, i) => {
    // Neighbours share half of their content, which is what a window is for.
    const message = corpus.cut(Math.floor((i * length) / 2), length);
    return { message, payload: new Uint8Array(compressor.compress(message)) };
  });
  return { messages, octets: messages.reduce((sum, one) => sum + one.message.length + one.payload.length, 0) };
}
