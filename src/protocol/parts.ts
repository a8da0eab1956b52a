import { Opcode } from '../codec/index.ts';

/** The frame that one part of a message becomes. */
export interface PartFrame {
  /** TEXT or BINARY for the first part, CONTINUATION for the others. */
  readonly opcode: number;
  readonly data: string | Uint8Array;
}

/** A message that is sent in parts, each a frame (RFC 6455 §5.4). */
export class PartedMessage {
  #kind: 'string' | 'bytes' | undefined;
  #started = false;
  #carry = '';

  /** True between the first part and the last: no other message may be sent then. */
  get underWay(): boolean {
    return this.#kind !== undefined;
  }

  /**
   * The frame for this part.
   *
   * @throws TypeError when it is of another kind than the parts before it
   */
  next(data: string | Uint8Array, last: boolean): PartFrame {
    const kind = typeof data === 'string' ? 'string' : 'bytes';
    if (this.#kind !== undefined && this.#kind !== kind) {
      throw new TypeError('the parts of a message are all text or all bytes; finish this message first');
    }
    const opcode = this.#started ? Opcode.CONTINUATION : kind === 'string' ? Opcode.TEXT : Opcode.BINARY;
    return { opcode, data: typeof data === 'string' ? this.#wholeCharacters(data, last) : data };
  }

  /** The frame of the part that {@link next} was asked for has been queued. */
  sent(data: string | Uint8Array, last: boolean): void {
    this.#kind = last ? undefined : typeof data === 'string' ? 'string' : 'bytes';
    this.#started = !last;
    const whole = typeof data === 'string' ? this.#carry + data : '';
    this.#carry = !last && endsInHighSurrogate(whole) ? whole.slice(-1) : '';
  }

  /** A character outside the BMP may be cut in two between parts: its first half waits for the second. */
  #wholeCharacters(text: string, last: boolean): string {
    const whole = this.#carry + text;
    return !last && endsInHighSurrogate(whole) ? whole.slice(0, -1) : whole;
  }
}

function endsInHighSurrogate(text: string): boolean {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff;
}
