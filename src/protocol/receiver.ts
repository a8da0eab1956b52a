import {
  copyBytes,
  FrameDecoder,
  type FrameHeader,
  type FrameSink,
  isControlOpcode,
  Opcode,
  ProtocolViolation,
} from '../codec/index.ts';
import { MessageAssembler } from './assembly.ts';
import type { MemoryBudget } from './budget.ts';
import { NO_BYTES } from './close-request.ts';
import type { ClosingState } from './closing.ts';
import { Decoding, type DecodingState } from './decoding.ts';
import type { ExtensionChain } from './extension.ts';
import type { ProtocolLimits } from './limits.ts';
import { SLAB_BYTES } from './slab.ts';
import type { TextPort } from './text.ts';
import { messageViolation } from './violations.ts';

/** Who learns what a {@link Receiver} finds. */
export interface ReceiverEvents {
  /** One whole message. Returning true stops the receiver behind it. */
  message(data: string | Uint8Array): boolean;
  /** A piece of a message, when messages are taken in parts. Returning true stops the receiver behind it. */
  part(data: Uint8Array, opcode: number, last: boolean): boolean;
  pinged(payload: Uint8Array, now: number): void;
  pong(payload: Uint8Array, now: number): void;
  /** A close frame came; its payload is not looked at yet. */
  closeFrame(payload: Uint8Array, now: number): void;
  /** The peer broke a rule. */
  violation(violation: ProtocolViolation, now: number): void;
}

/** How a {@link Receiver} is set up; see `ProtocolOptions`. */
export interface ReceiverOptions {
  readonly role: 'server' | 'client';
  readonly text: TextPort;
  readonly limits: ProtocolLimits;
  readonly partialMessages: MemoryBudget | undefined;
  readonly textAs: 'string' | 'bytes' | undefined;
  readonly borrow: boolean | undefined;
  readonly ownsInput: boolean | undefined;
  readonly inParts: boolean;
}

/**
 * Frames in, messages out: joins fragments, checks text, sets control frames apart. RFC 6455 §5.4, §5.5, §6.2, §8.1.
 *
 * This is the one place where a violation is caught; behind it the receiver discards (§7.1.7). One that is in the middle of
 * nothing may serve any connection of its settings, so that those that are silent need none.
 */
export class Receiver implements FrameSink {
  #events: ReceiverEvents | undefined;
  readonly #text: TextPort;
  readonly #decoder: FrameDecoder;
  readonly #assembler: MessageAssembler;
  readonly #textAsBytes: boolean;
  readonly #borrow: boolean | undefined;
  readonly #inParts: boolean;
  readonly #extensions: ExtensionChain | undefined;
  readonly #maxMessageBytes: number;
  readonly #decoding: Decoding | undefined;
  // While it is open messages are delivered, after our close frame theirs is looked for, and then everything is ignored.
  #state: ClosingState = 'open';
  #now = 0;
  #opcode = 0;
  #control: Uint8Array = NO_BYTES;

  /** @param workDone is called when an extension has decoded a message elsewhere: {@link receive} is to be called again */
  constructor(options: ReceiverOptions, extensions?: ExtensionChain, workDone?: () => void) {
    this.#text = options.text;
    this.#extensions = extensions;
    this.#decoder = new FrameDecoder({
      role: options.role,
      ownsInput: options.ownsInput === true,
      reservedBits: extensions?.reservedBits,
      extensionOpcodes: extensions?.opcodes,
    });
    this.#assembler = new MessageAssembler(options.limits, options.partialMessages, options.text);
    this.#textAsBytes = options.textAs === 'bytes';
    this.#borrow = options.borrow;
    this.#inParts = options.inParts;
    this.#maxMessageBytes = options.limits.maxMessageBytes;
    this.#decoding = extensions && new Decoding(options.partialMessages, workDone!);
  }

  /** Forgets whom it served and goes to the `spare` ones, when it is in the middle of nothing; gives whether it did. */
  leave(spare: Receiver[]): boolean {
    if (this.#state !== 'open' || this.#decoding !== undefined || this.#events !== undefined) return false;
    if (!this.#decoder.idle || this.deadline !== Infinity) return false;
    // Of many that were in the middle of something at once no more than this are kept, 450 bytes each.
    if (spare.length < 64) spare.push(this);
    return true;
  }

  /** Delivers nothing from here on, since this is the state of the connection now: the message under way is forgotten. */
  stopDelivering(state: ClosingState): void {
    this.#state = state;
    this.#assembler.reset();
    this.#decoding?.forget();
  }

  /** Whether an extension is at work on a message, or was and {@link receive} is to be called for it. */
  get decoding(): DecodingState {
    return this.#decoding?.state ?? 'none';
  }

  /** When the message under way is given up; `Infinity` when there is none. */
  get deadline(): number {
    return this.#assembler.deadline;
  }

  /** Lets the deadline rest for a time in which this end did not read. */
  extendDeadline(byMs: number, now: number): void {
    this.#assembler.extendDeadline(byMs, now);
  }

  /** Takes bytes, from within a handler too, and gives the offset behind those taken; see `Protocol.receive`. */
  receive(chunk: Uint8Array, now: number, events: ReceiverEvents, start: number = 0): number {
    const outer = this.#events;
    this.#now = now;
    this.#events = events;
    try {
      if (this.#waitsForDecoding()) return start;
      const heeds = this.#state === 'open' || this.#state === 'close-sent';
      const taken = heeds ? this.#decoder.push(chunk, this, start) : chunk.length; // @rfc 6455-7.1.7-4 6455-7.1.1-1
      return this.#state === 'open' ? taken : chunk.length;
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      events.violation(error, now);
      return chunk.length;
    } finally {
      this.#events = outer;
    }
  }

  header(header: FrameHeader): void {
    this.#opcode = header.opcode;
    if (this.#state === 'open' && !isControlOpcode(header.opcode)) this.#assembler.begin(header, this.#now);
  }

  payload(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
    let stop = false;
    // @rfc 6455-5.4-4 6455-6.2-2
    if (isControlOpcode(this.#opcode)) this.#controlPayload(bytes, start, end, last);
    else if (this.#state === 'open') stop = this.#dataPayload(bytes, start, end, last);
    // A handler may have closed: then the peer's close frame is still to be found, or nothing is to be looked at.
    return this.#state === 'open' ? stop : this.#state !== 'close-sent';
  }

  message(opcode: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#state === 'open') {
      if (end - start > this.#maxMessageBytes) throw messageViolation('message-too-big');
      const stop = this.#deliver(opcode, bytes, start, end, false);
      if (this.#state === 'open') return stop;
    }
    return this.#state !== 'close-sent';
  }

  #dataPayload(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
    const assembler = this.#assembler;
    const { opcode } = assembler;
    const plain = assembler.rsv === 0 && opcode <= Opcode.BINARY; // @rfc 7692-6.2-2
    const isText = opcode === Opcode.TEXT;
    if (plain && this.#inParts) {
      const ends = assembler.pass(bytes, start, end, last, isText, this.#now);
      return this.#deliverPart(bytes, start, end, opcode, ends);
    }
    // @rfc 6455-5.4-5
    if (plain && assembler.isWhole(last)) {
      assembler.reset();
      return this.#deliver(opcode, bytes, start, end, false);
    }
    if (!assembler.add(bytes, start, end, last, plain && isText)) return false;
    const { rsv } = assembler;
    const message = assembler.take();
    if (!plain) return this.#deliverEncoded(opcode, rsv, message);
    if (isText && this.#textAsBytes) return this.#events!.message(message);
    return this.#deliver(opcode, message, 0, message.length, true);
  }

  #deliverPart(bytes: Uint8Array, start: number, end: number, opcode: number, last: boolean): boolean {
    return (start < end || last) && this.#events!.part(this.#taken(bytes, start, end), opcode, last);
  }

  #deliverEncoded(opcode: number, rsv: number, message: Uint8Array): boolean {
    const extensions = this.#extensions!;
    if (opcode > Opcode.BINARY) {
      extensions.frame(opcode, message);
      return false;
    }
    const payload = extensions.decode({ opcode, payload: message }, rsv, this.#maxMessageBytes); // @rfc 7692-6.2-1
    if (!(payload instanceof Promise)) return this.#deliverDecoded(opcode, payload);
    this.#decoding!.begin(opcode, message.length, payload);
    return true;
  }

  /** Delivers what was decoded elsewhere; true when nothing more may be received now. */
  #waitsForDecoding(): boolean {
    const decoding = this.#decoding;
    if (decoding === undefined || decoding.state === 'none') return false;
    const stop = decoding.state === 'working' || this.#deliverDecoded(decoding.opcode, decoding.take());
    return stop && this.#state === 'open';
  }

  #deliverDecoded(opcode: number, payload: Uint8Array): boolean {
    if (payload.length > this.#maxMessageBytes) throw messageViolation('message-too-big');
    return this.#deliver(opcode, payload, 0, payload.length, true);
  }

  /** @param own the bytes are this message's alone, all of them */
  #deliver(opcode: number, bytes: Uint8Array, start: number, end: number, own: boolean): boolean {
    if (opcode === Opcode.TEXT) {
      const text = this.#text.decode(bytes, start, end);
      if (text === undefined) throw messageViolation('text-not-utf8'); // @rfc 6455-8.1-1
      if (!this.#textAsBytes && !this.#inParts) return this.#events!.message(text);
    }
    const data = own ? bytes : this.#taken(bytes, start, end);
    return this.#inParts ? this.#events!.part(data, opcode, true) : this.#events!.message(data);
  }

  #taken(bytes: Uint8Array, start: number, end: number): Uint8Array {
    return this.#borrow ? viewOf(bytes, start, end) : copyBytes(bytes, start, end);
  }

  #controlPayload(bytes: Uint8Array, start: number, end: number, last: boolean): void {
    let payload = copyBytes(bytes, start, end);
    if (this.#control.length > 0) {
      const joined = new Uint8Array(this.#control.length + payload.length);
      joined.set(this.#control);
      joined.set(payload, this.#control.length);
      payload = joined;
    }
    this.#control = last ? NO_BYTES : payload;
    if (!last) return;
    if (this.#opcode === Opcode.PING) this.#events!.pinged(payload, this.#now);
    else if (this.#opcode === Opcode.PONG) this.#events!.pong(payload, this.#now);
    else if (this.#opcode === Opcode.CLOSE) this.#events!.closeFrame(payload, this.#now);
    else this.#extensions!.frame(this.#opcode, payload);
  }
}

// Of the array that was looked at last, which has many messages when its questions count: the engine answers each of the two
// by a call. Kept only while its memory is small.
let seen: Uint8Array = NO_BYTES;
let seenBuffer: ArrayBufferLike = seen.buffer;
let seenOffset = 0;

// Not by subarray: a Buffer's costs three times as much, and gives another Buffer, whose slice does not copy.
function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (bytes !== seen) {
    if (bytes.buffer.byteLength > SLAB_BYTES)
      return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
    seen = bytes;
    seenBuffer = bytes.buffer;
    seenOffset = bytes.byteOffset;
  }
  return new Uint8Array(seenBuffer, seenOffset + start, end - start);
}
