import { isControlOpcode, Opcode } from '../codec/index.ts';
import type { EncodedMessage, ExtensionChain } from './extension.ts';
import type { ProtocolLimits } from './limits.ts';
import { checkData, keepData, lengthOf, type MessageData, toExtensionMessage } from './message-data.ts';
import { Outbox } from './outbox.ts';
import { PartedMessage } from './parts.ts';
import { type EncodedFrame, PreparedMessage } from './prepared.ts';
import { SendLine } from './send-line.ts';
import type { Slab } from './slab.ts';
import type { TextPort } from './text.ts';

/** What became of a message given to `send`. It never throws for the state of the connection. */
export type SendStatus =
  /** Accepted; the queue is below the high-water mark. */
  | 'ok'
  /** Accepted, but the peer is slower than this end: wait until the queue has drained before sending more. */
  | 'pressured'
  /** Refused: the queue is full. */
  | 'dropped'
  /** Refused: the connection is closing or closed. */
  | 'closed';

/** Bytes that were handed to the transport and have not left this process. */
export interface TransportGauge {
  readonly bufferedBytes: number;
}

/** How a {@link Sender} is set up; see `ProtocolOptions`. */
export interface SenderOptions {
  readonly limits: ProtocolLimits;
  readonly text: TextPort;
  readonly slab: Slab;
  /** Only for a client. */
  readonly nextMaskKey: (() => number) | undefined;
}

const FIN = 0x80;
const EMPTY_TRANSPORT: TransportGauge = { bufferedBytes: 0 };

/** An outbox that takes messages, and tells the truth about the queue. RFC 6455 §6.1. */
export class Sender extends Outbox {
  readonly #options: SenderOptions;
  readonly #transport: TransportGauge;
  readonly #extensions: ExtensionChain | undefined;
  // Only where extensions encode: without them nothing is ever encoded elsewhere.
  readonly #line: SendLine | undefined;
  #parts: PartedMessage | undefined;
  #closed = false;
  #pongs = 0;
  #latePong: Uint8Array | undefined;

  /** @param workDone is called when a message has come to the outbox that an extension had encoded elsewhere */
  constructor(
    options: SenderOptions,
    transport: TransportGauge = EMPTY_TRANSPORT,
    extensions?: ExtensionChain,
    workDone?: () => void,
  ) {
    super(options.slab, options.nextMaskKey);
    this.#options = options;
    this.#transport = transport;
    this.#extensions = extensions;
    this.#line = extensions && new SendLine(workDone!);
  }

  /** Bytes accepted that have not left this process. */
  get bufferedBytes(): number {
    const bytes = this.bytes + this.#transport.bufferedBytes;
    return this.#line === undefined ? bytes : bytes + this.#line.bytes;
  }

  /** True while frames, the close frame perhaps among them, wait for a message that is encoded elsewhere. */
  get encoding(): boolean {
    return this.#line?.busy === true;
  }

  /**
   * @param compress what the sender asks of extensions that compress
   * @throws TypeError for data or RangeError for an opcode that is no message's
   * @throws Error while a message is being sent in parts
   */
  message(data: MessageData, opcode: number, compress?: boolean): SendStatus {
    if (!(data instanceof Uint8Array || data instanceof PreparedMessage)) checkData(data);
    if (opcode !== Opcode.TEXT && opcode !== Opcode.BINARY) {
      throw new RangeError(`opcode: a message is text (1) or binary (2), not ${opcode}`);
    }
    const refused = this.#refusal(opcode);
    if (refused !== undefined) return refused;
    const extensions = this.#extensions;
    if (extensions === undefined) this.#write(data, opcode);
    else if (this.encoding) this.#queue(data, (kept) => this.#encoded(kept, opcode, compress, extensions));
    else this.#encoded(data, opcode, compress, extensions);
    return this.#pressure();
  }

  /**
   * One part of a message, as one frame. `'dropped'` takes nothing: the same part may be sent again.
   *
   * @throws TypeError for a part of another kind than those before it
   */
  part(data: string | Uint8Array, last: boolean): SendStatus {
    checkData(data);
    this.#parts ??= new PartedMessage();
    const frame = this.#parts.next(data, last);
    const firstByte = (last ? FIN : 0) | frame.opcode; // @rfc 6455-6.1-5 6455-6.1-6
    const status = this.#one(Opcode.CONTINUATION, firstByte, frame.data);
    if (status === 'ok' || status === 'pressured') this.#parts.sent(data, last);
    return status;
  }

  /**
   * A frame of any opcode, whole, as far as the queue allows.
   *
   * @throws TypeError for a payload that is no bytes, RangeError for a control frame of more than 125
   * @throws Error for a data frame while a message is being sent in parts
   */
  send(opcode: number, payload: Uint8Array): SendStatus {
    if (!(payload instanceof Uint8Array)) throw new TypeError('payload: must be a Uint8Array');
    if (isControlOpcode(opcode) && payload.length > 125) {
      throw new RangeError(`payload: a control frame has at most 125 bytes, not ${payload.length}`); // @rfc 6455-5.5-1
    }
    return this.#one(opcode, FIN | opcode, payload); // @rfc 6455-5.4-1
  }

  /** One frame that no extension encodes. */
  #one(opcode: number, firstByte: number, data: string | Uint8Array): SendStatus {
    const refused = this.#refusal(opcode);
    if (refused !== undefined) return refused;
    if (this.encoding && !isControlOpcode(opcode)) this.#queue(data, (kept) => this.#plainFrame(firstByte, kept));
    else this.#plainFrame(firstByte, data);
    return this.#pressure();
  }

  /** @throws RangeError for an opcode that no agreed extension claims */
  extensionFrame(opcode: number, payload: Uint8Array): SendStatus {
    if (this.#extensions?.claims(opcode) !== true) {
      throw new RangeError(`no agreed extension claims opcode ${opcode}`);
    }
    return this.send(opcode, payload);
  }

  /** Answers a ping, or keeps the answer as the newest while too many wait already (RFC 6455 §5.5.3). */
  pong(payload: Uint8Array): void {
    if (this.#closed) return;
    if (this.#pongs >= this.#options.limits.pendingPongs || this.#transport.bufferedBytes > 0) {
      this.#latePong = payload;
      return;
    }
    this.#pongs++;
    this.frame(FIN | Opcode.PONG, payload); // @rfc 6455-5.5.2-1 6455-5.5.2-2
  }

  /** The outbox is about to be emptied: no pong will wait there, and one that was kept back goes along. */
  protected override emptying(): void {
    this.transportDrained();
    this.#pongs = 0;
  }

  /** The transport has taken everything: pongs may flow again, and one that waited goes out. */
  transportDrained(): void {
    this.#pongs = 0;
    const late = this.#latePong;
    this.#latePong = undefined;
    if (late !== undefined) this.pong(late);
  }

  /** Sends the close frame, whatever the queue holds, and nothing after it (RFC 6455 §5.5.1). */
  close(payload: Uint8Array): void {
    const write = (): void => this.frame(FIN | Opcode.CLOSE, payload); // @rfc 6455-5.5.1-4 6455-7.1.2-1
    if (this.encoding) this.#line!.push(payload.length, write);
    else write();
    this.#refuse(); // @rfc 6455-5.5.1-3
  }

  /** Refuses everything from here on, and forgets what has not become a frame. */
  stop(): void {
    this.#refuse();
    this.#line?.clear();
    this.#extensions?.close();
  }

  #refuse(): void {
    this.#closed = true;
    this.#latePong = undefined;
  }

  /** Has it written when the message that is encoded elsewhere is out. */
  #queue<T extends MessageData>(data: T, write: (kept: T) => void): void {
    const kept = keepData(data);
    this.#line!.push(lengthOf(data, this.#options.text), () => write(kept));
  }

  // @rfc 6455-5.2-1 6455-5.2-7 6455-5.2-8 6455-5.2-9 6455-6.1-1 6455-6.1-5 6455-6.1-6
  #write(data: MessageData, opcode: number): void {
    if (data instanceof Uint8Array) this.frame(FIN | opcode, data);
    else if (typeof data === 'string') this.#plainFrame(FIN | Opcode.TEXT, data);
    else if (this.#options.nextMaskKey !== undefined) this.frame(FIN | data.opcode, data.payload);
    else this.encoded(data.frame);
  }

  #plainFrame(firstByte: number, data: string | Uint8Array): void {
    const { text } = this.#options;
    if (typeof data === 'string') this.text(firstByte, data, text.byteLength(data), text);
    else this.frame(firstByte, data);
  }

  #encoded(data: MessageData, opcode: number, compress: boolean | undefined, extensions: ExtensionChain): void {
    const { shareKey } = extensions;
    if (data instanceof PreparedMessage && shareKey !== undefined) {
      const encoded = data.encodedBy(extensions, shareKey, compress);
      if (!(encoded instanceof Promise)) this.#sharedFrame(data.opcode, encoded);
      else this.#line!.begin(data.payload.length, encoded, (done) => this.#sharedFrame(data.opcode, done));
      return;
    }
    const message = toExtensionMessage(data, opcode, this.#options.text);
    const encoded = extensions.encode({ opcode: message.opcode, payload: message.payload, compress });
    if (!(encoded instanceof Promise)) this.#encodedFrame(message.opcode, encoded);
    else this.#line!.begin(message.payload.length, encoded, (done) => this.#encodedFrame(message.opcode, done));
  }

  #encodedFrame(opcode: number, { payload, rsv }: EncodedMessage): void {
    this.frame(FIN | (rsv << 4) | opcode, payload); // @rfc 7692-6.1-1 7692-6.1-3
  }

  #sharedFrame(opcode: number, { frame, payload, rsv }: EncodedFrame): void {
    if (this.#options.nextMaskKey !== undefined) this.frame(FIN | (rsv << 4) | opcode, payload);
    else this.encoded(frame);
  }

  #refusal(opcode: number): SendStatus | undefined {
    if (this.#closed) return 'closed'; // @rfc 6455-5.5.1-3 6455-6.1-2 6455-6.1-3
    if (this.#parts?.underWay === true && opcode !== Opcode.CONTINUATION && !isControlOpcode(opcode)) {
      throw new Error('a message is being sent in parts; send its last part first'); // @rfc 6455-5.4-3
    }
    return this.bufferedBytes >= this.#options.limits.sendQueueBytes ? 'dropped' : undefined;
  }

  #pressure(): SendStatus {
    return this.bufferedBytes > this.#options.limits.highWaterBytes ? 'pressured' : 'ok';
  }
}
