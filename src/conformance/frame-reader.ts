import { isUtf8 } from 'node:buffer';
import { NOTHING } from './bytes.ts';
import { readClosePayload } from './close-payload.ts';
import type { Agreement } from './deflate-terms.ts';
import { maskInto, OPCODE } from './frame.ts';
import { type FrameHeader, headerFlaw, LONGEST_HEADER, readHeader } from './frame-header.ts';
import type { Incoming, ReceivedFrame } from './incoming.ts';
import { Inflater } from './inflater.ts';
import type { Testee } from './model.ts';
import { KEPT_BYTES, type WireRecorder } from './wire-log.ts';

/** Nothing that the suite sends is longer than 16 MiB, and a testee sends back what it got. */
const LARGEST_MESSAGE = 20 * 1024 * 1024;
/** Three times as many as the most that the suite sends. */
const MOST_FRAGMENTS = 200_000;
/** Frames of a message that are told of. */
const TOLD_FRAMES = 256;

/** What a {@link FrameReader} needs. */
export interface FrameReaderOptions {
  readonly testee: Testee;
  readonly deflate: Agreement | undefined;
  readonly wire: WireRecorder;
  deliver(incoming: Incoming): void;
}

/** Reads what the testee sends, and judges it by the rules that bind every sender. It reads nothing behind a broken one. */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #inflater: Inflater | undefined;
  /** The header as far as it is there, and then the first bytes of the frame for the wire log. */
  readonly #start = new Uint8Array(LONGEST_HEADER + KEPT_BYTES);
  #started = 0;
  #header: FrameHeader | undefined = undefined;
  #left = 0;
  #control: Uint8Array = NOTHING;
  #message: Uint8Array = NOTHING;
  #messageLength = 0;
  #messageFrames: ReceivedFrame[] | undefined = undefined;
  #fragments = 0;
  #isOver = false;
  #hasClosed = false;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
    this.#inflater = options.deflate && new Inflater(options.deflate.testee);
  }

  /** Takes the next bytes, which it reads before it returns and never changes. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#isOver) {
      at = this.#header === undefined ? this.#readHeader(chunk, at) : this.#readPayload(chunk, at, this.#header);
      if (this.#header !== undefined && this.#left === 0 && !this.#isOver) this.#finishFrame(this.#header);
    }
  }

  #readHeader(chunk: Uint8Array, at: number): number {
    if (this.#hasClosed) {
      this.#options.wire.add('testee', 'bytes', chunk.subarray(at));
      this.#violate('RFC 6455 §5.5.1', 'bytes follow the close frame');
      return at;
    }
    let next = at;
    while (next < chunk.length && this.#header === undefined) {
      this.#start[this.#started++] = chunk[next++] ?? 0;
      this.#header = readHeader(this.#start.subarray(0, this.#started));
    }
    if (this.#header !== undefined) this.#begin(this.#header);
    return next;
  }

  #begin(header: FrameHeader): void {
    const { testee, deflate } = this.#options;
    const fragmented = this.#messageFrames !== undefined;
    const flaw = headerFlaw(header, { testee, deflate: deflate !== undefined, fragmented });
    const { opcode, length } = header;
    this.#left = length;
    if (flaw !== undefined) this.#refuse(flaw.section, flaw.message);
    else if (opcode >= OPCODE.CLOSE) this.#control = new Uint8Array(length);
    else if (this.#messageLength + length > LARGEST_MESSAGE)
      this.#refuse('', `a message of ${this.#messageLength + length} bytes or more, longer than all that it was sent`);
    else if (++this.#fragments > MOST_FRAGMENTS) this.#refuse('', `a message in more than ${MOST_FRAGMENTS} fragments`);
    else {
      this.#messageFrames ??= [];
      if (this.#messageFrames.length < TOLD_FRAMES) this.#messageFrames.push(header);
      this.#reserve(Math.min(length, 65_536));
    }
  }

  #readPayload(chunk: Uint8Array, at: number, { opcode, length, key }: FrameHeader): number {
    const end = Math.min(chunk.length, at + this.#left);
    const taken = chunk.subarray(at, end);
    const shown = taken.subarray(0, Math.max(0, KEPT_BYTES - this.#started));
    this.#start.set(shown, this.#started);
    this.#started += shown.length;
    const offset = length - this.#left;
    const isControl = opcode >= OPCODE.CLOSE;
    if (!isControl) this.#reserve(taken.length);
    const target = isControl ? this.#control : this.#message;
    const start = isControl ? offset : this.#messageLength;
    if (key === undefined) target.set(taken, start);
    else maskInto(target, start, taken, key, offset);
    if (!isControl) this.#messageLength += taken.length;
    this.#left -= taken.length;
    return end;
  }

  #finishFrame(header: FrameHeader): void {
    this.#note(header);
    this.#header = undefined;
    this.#started = 0;
    if (header.opcode >= OPCODE.CLOSE) this.#finishControl(header.opcode, this.#control);
    else if (header.fin) this.#finishMessage();
  }

  #finishControl(opcode: number, payload: Uint8Array): void {
    const { deliver } = this.#options;
    if (opcode !== OPCODE.CLOSE) {
      deliver({ kind: opcode === OPCODE.PING ? 'ping' : 'pong', payload });
      return;
    }
    const { code, reason, flaw } = readClosePayload(payload);
    this.#hasClosed = true;
    if (flaw !== '') this.#violate('RFC 6455 §7.4.1', flaw);
    else deliver({ kind: 'close', code, reason });
  }

  #finishMessage(): void {
    const frames = this.#messageFrames ?? [];
    const payload = this.#message.subarray(0, this.#messageLength);
    const [{ opcode, rsv } = { opcode: 0, rsv: 0 }] = frames;
    const compressed = rsv !== 0;
    // What was inflated is the message: the next one may be written over its payload.
    if (!compressed) this.#message = NOTHING;
    this.#messageLength = 0;
    this.#messageFrames = undefined;
    this.#fragments = 0;
    const plain = compressed ? this.#inflate(payload) : payload;
    if (plain === undefined) return;
    if (opcode === OPCODE.TEXT && !isUtf8(plain)) this.#violate('RFC 6455 §8.1', 'a text message is not valid UTF-8');
    else this.#options.deliver({ kind: 'message', opcode, payload: plain, compressed, frames });
  }

  #inflate(payload: Uint8Array): Uint8Array | undefined {
    try {
      return this.#inflater?.inflate(payload, LARGEST_MESSAGE);
    } catch (error) {
      this.#violate('RFC 7692 §7.2.2', `a compressed message cannot be inflated: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Makes room for so many more bytes of the message, without trust in what a header announces. */
  #reserve(bytes: number): void {
    const needed = this.#messageLength + bytes;
    if (needed <= this.#message.length) return;
    const announced = this.#messageFrames?.length === 1 ? Math.min(this.#left, 1_048_576) : 0;
    const larger = new Uint8Array(Math.max(needed, this.#message.length * 2, announced));
    larger.set(this.#message.subarray(0, this.#messageLength));
    this.#message = larger;
  }

  #note({ size, length }: FrameHeader): void {
    this.#options.wire.add('testee', 'frame', this.#start.subarray(0, this.#started), size + length);
  }

  #refuse(section: string, message: string): void {
    if (this.#header !== undefined) this.#note(this.#header);
    this.#violate(section, message);
  }

  #violate(section: string, message: string): void {
    this.#isOver = true;
    this.#options.deliver({ kind: 'violation', section, message });
  }
}
