import { constants, inflateRawSync } from 'node:zlib';
import { isSame, join, NOTHING } from './bytes.ts';
import { dictionaryOf, followed, TAIL } from './deflate.ts';
import type { DeflateSide } from './deflate-terms.ts';

const LARGEST_CHUNK = 16_384;
/** As much of what was inflated before is kept: the messages that groups 12 and 13 send in a circle, with what precedes each. */
const KEPT_OCTETS = 8 * 1024 * 1024;

/** A message that was inflated before: behind this history, this payload means just that. */
interface Known {
  readonly before: Uint8Array;
  readonly payload: Uint8Array;
  readonly message: Uint8Array;
  readonly after: Uint8Array;
}

/**
 * The messages of one sender, inflated one after the other. What comes again, octet by octet and behind the same history, is
 * not inflated again: a thousand messages from a circle of ten cost ten.
 */
export class Inflater {
  readonly #side: DeflateSide;
  #history: Uint8Array = NOTHING;
  readonly #known: Known[] = [];
  #keptOctets = 0;
  /** Where what comes next was found the last time round. */
  #turn = 0;

  constructor(side: DeflateSide) {
    this.#side = side;
  }

  /**
   * The message of a payload, which is the caller's again when it returns; the message is not to be changed.
   *
   * @throws Error when the payload is no deflated data, refers back too far, or gives more than `most` bytes
   */
  inflate(payload: Uint8Array, most: number): Uint8Array {
    const known = this.#recall(payload);
    if (known !== undefined && known.message.length <= most) {
      this.#history = known.after;
      return known.message;
    }
    const message = inflateRawSync(join(payload, TAIL), {
      windowBits: this.#side.windowBits,
      // zlib lets a reference reach back over all of the buffer that it fills, as well as over the window.
      chunkSize: Math.min(LARGEST_CHUNK, 2 ** this.#side.windowBits),
      maxOutputLength: most,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...dictionaryOf(this.#history),
    });
    const before = this.#history;
    this.#history = followed(before, message, this.#side);
    this.#keep({ before, payload: new Uint8Array(payload), message, after: this.#history });
    return message;
  }

  #recall(payload: Uint8Array): Known | undefined {
    const { length } = this.#known;
    for (let i = 0; i < length; i++) {
      const at = (this.#turn + i) % length;
      const one = this.#known[at];
      if (one === undefined || !isSame(one.payload, payload) || !isSame(one.before, this.#history)) continue;
      this.#turn = at + 1;
      return one;
    }
    return undefined;
  }

  #keep(known: Known): void {
    this.#known.push(known);
    this.#keptOctets += octetsOf(known);
    while (this.#keptOctets > KEPT_OCTETS) {
      const oldest = this.#known.shift();
      if (oldest === undefined) return;
      this.#keptOctets -= octetsOf(oldest);
    }
  }
}

function octetsOf({ payload, message, after }: Known): number {
  return payload.length + message.length + after.length;
}
