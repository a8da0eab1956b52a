import type { FrameHeader } from '../codec/index.ts';
import { copyBytes, copyInto, Opcode, Utf8Validator } from '../codec/index.ts';
import type { MemoryBudget } from './budget.ts';
import { ASSEMBLY_BYTES_PER_SECOND, type ProtocolLimits } from './limits.ts';
import type { TextPort, TextValidator } from './text.ts';
import { messageViolation } from './violations.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Puts the pieces of one message together: fragments, and frames that came in several reads. RFC 6455 §5.4.
 *
 * Limits are checked on each header, before its payload; memory grows with what arrived, not with what was announced;
 * fragments lie side by side in one array, so that tiny ones cost no more than their bytes. Text is refused at its first
 * bad byte (§8.1).
 */
export class MessageAssembler {
  readonly #limits: ProtocolLimits;
  readonly #budget: MemoryBudget | undefined;
  readonly #text: TextPort;
  #utf8: TextValidator | undefined;
  #buffer: Uint8Array = NO_BYTES;
  #length = 0;
  #announced = 0;
  #fragments = 0;
  #startedAt = 0;
  #opcode = 0;
  #rsv = 0;
  #fin = false;

  constructor(limits: ProtocolLimits, budget: MemoryBudget | undefined, text: TextPort) {
    this.#limits = limits;
    this.#budget = budget;
    this.#text = text;
  }

  /** The opcode of the message under way: TEXT or BINARY. */
  get opcode(): number {
    return this.#opcode;
  }

  /** The reserved bits of its first frame. */
  get rsv(): number {
    return this.#rsv;
  }

  /** When a message that is still incomplete is given up, in the caller's milliseconds; `Infinity` when there is none. */
  get deadline(): number {
    if (this.#fragments === 0) return Infinity;
    return this.#startedAt + this.#limits.assemblyMs + (this.#length * 1000) / ASSEMBLY_BYTES_PER_SECOND;
  }

  /** Lets the deadline rest for a time in which this end did not read; a message that began meanwhile begins `now`. */
  extendDeadline(byMs: number, now: number): void {
    this.#startedAt = Math.min(now, this.#startedAt + byMs);
  }

  /**
   * A data frame begins.
   *
   * @throws ProtocolViolation when the message would become too long, or has too many fragments
   */
  begin(header: FrameHeader, now: number): void {
    if (header.opcode !== Opcode.CONTINUATION) {
      this.#opcode = header.opcode; // @rfc 6455-5.4-10 6455-6.2-3
      this.#rsv = header.rsv;
      this.#announced = 0;
      this.#startedAt = now;
    }
    this.#fin = header.fin;
    this.#fragments++;
    this.#announced += header.length;
    if (this.#announced > this.#wireLimit()) throw messageViolation('message-too-big'); // @rfc 6455-10.4-1 6455-10.4-2
    if (this.#fragments > this.#limits.maxFragments) throw messageViolation('too-many-fragments'); // @rfc 6455-10.4-1
  }

  /** True when this piece is the whole message, so that nothing needs to be put together. */
  isWhole(last: boolean): boolean {
    return last && this.#fin && this.#fragments === 1 && this.#length === 0;
  }

  /**
   * Adds a piece and gives true when the message is complete with it.
   *
   * @param validate check that the bytes so far begin a valid UTF-8 text
   */
  add(bytes: Uint8Array, start: number, end: number, last: boolean, validate: boolean): boolean {
    if (validate) this.#check(bytes, start, end, last);
    this.#grow(this.#length + end - start);
    this.#length = copyInto(this.#buffer, this.#length, bytes, start, end); // @rfc 6455-5.4-2
    return last && this.#fin; // @rfc 6455-5.4-5
  }

  /**
   * Checks a piece that is handed on instead of being collected; true when the message ends with it. As it costs no
   * memory, a message may take as long as it likes, but each piece of it only {@link ProtocolLimits.assemblyMs}.
   */
  pass(bytes: Uint8Array, start: number, end: number, last: boolean, validate: boolean, now: number): boolean {
    this.#startedAt = now;
    if (validate) this.#check(bytes, start, end, last);
    if (!(last && this.#fin)) return false;
    this.reset();
    return true;
  }

  /** The complete message in an array of its own, which is the caller's from here on; ready for the next. */
  take(): Uint8Array {
    const whole = this.#buffer.length === this.#length ? this.#buffer : copyBytes(this.#buffer, 0, this.#length);
    this.reset();
    return whole;
  }

  /** Forgets the message under way and gives its memory back. */
  reset(): void {
    this.#budget?.give(this.#buffer.length);
    this.#buffer = NO_BYTES;
    this.#length = 0;
    this.#fragments = 0;
    this.#utf8?.reset();
  }

  /** What does not compress grows a little on the wire: at most by a 256th and a few bytes in DEFLATE's stored blocks. */
  #wireLimit(): number {
    const { maxMessageBytes } = this.#limits;
    return this.#rsv === 0 ? maxMessageBytes : maxMessageBytes * (1 + 1 / 256) + 64;
  }

  #check(bytes: Uint8Array, start: number, end: number, last: boolean): void {
    this.#utf8 ??= this.#text.validator?.() ?? new Utf8Validator();
    const valid = this.#utf8.push(bytes, start, end);
    // @rfc 6455-5.6-1 6455-8.1-1
    if (!valid || (last && this.#fin && !this.#utf8.complete)) throw messageViolation('text-not-utf8');
  }

  #grow(needed: number): void {
    const capacity = this.#buffer.length;
    if (needed <= capacity) return;
    // From a quarter on the announced length is believed; before that, memory follows what really arrived.
    const wanted = needed * 4 >= this.#announced ? Math.max(this.#announced, needed) : Math.max(needed, capacity * 2);
    const size = this.#fin ? wanted : Math.max(wanted, Math.min(capacity * 2, this.#limits.maxMessageBytes));
    if (this.#budget?.take(size - capacity) === false) throw messageViolation('partial-messages-full');
    const buffer = new Uint8Array(size);
    copyInto(buffer, 0, this.#buffer, 0, this.#length);
    this.#buffer = buffer;
  }
}
