import type { SpanViolation } from '../inspect/index.ts';
import { inflateMessage, SlidingWindow } from '../node/index.ts';
import { INSPECTOR_LIMITS } from './limits.ts';
import { violationOfError } from './violation-of-error.ts';

/** How one end compresses. */
export interface DeflateTerms {
  /** Base-2 logarithm of its window. */
  readonly windowBits: number;
  /** It may refer to earlier messages. */
  readonly takeover: boolean;
}

/** What became of a compressed message: its plain bytes, or why there are none. */
export type Inflated =
  | { readonly plain: Uint8Array }
  | { readonly plain: undefined; readonly note: string; readonly violation: SpanViolation | undefined };

const TOO_LONG = `longer than the ${INSPECTOR_LIMITS.compressedBytes / 1024} KiB that are inflated here`;
const TOO_MUCH = `it becomes more than the ${INSPECTOR_LIMITS.inflatedBytes / 1024} KiB that are shown here`;
const WINDOW_LOST = 'it may refer to an earlier message that was not inflated here';

/** Inflates the messages of one end in their order, each in one call, within limits of memory. RFC 7692 §7.2.2. */
export class Inflater {
  readonly #terms: DeflateTerms;
  readonly #window: SlidingWindow | undefined;
  #windowLost = false;

  constructor(terms: DeflateTerms) {
    this.#terms = terms;
    this.#window = terms.takeover ? new SlidingWindow(2 ** terms.windowBits) : undefined;
  }

  /** @param payload of a whole message; undefined for one that was too long to be kept */
  inflate(payload: Uint8Array | undefined): Inflated {
    if (this.#windowLost) return { plain: undefined, note: WINDOW_LOST, violation: undefined };
    if (payload === undefined) return this.#giveUp(TOO_LONG, undefined);
    try {
      const plain = inflateMessage(
        payload,
        this.#terms.windowBits,
        INSPECTOR_LIMITS.inflatedBytes,
        this.#window?.bytes.slice(),
      );
      this.#window?.add(plain);
      return { plain };
    } catch (error) {
      const violation = violationOfError(error);
      // That it is too big is a limit of this page, not a rule that the sender broke.
      if (violation.code === 'message-too-big') return this.#giveUp(TOO_MUCH, undefined);
      return this.#giveUp('it is no DEFLATE data', violation);
    }
  }

  #giveUp(note: string, violation: SpanViolation | undefined): Inflated {
    this.#windowLost = this.#window !== undefined;
    return { plain: undefined, note, violation };
  }
}
