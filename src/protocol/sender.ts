import { Opcode } from '../codec/index.ts';
import type { ProtocolLimits } from './limits.ts';
import { Outbox, type Slab } from './outbox.ts';
import type { PreparedMessage } from './prepared.ts';
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

const FIN = 0x80;

/** Messages in, frames in the {@link outbox}, and the truth about the queue. RFC 6455 §6.1. */
export class Sender {
  readonly outbox: Outbox;
  readonly #limits: ProtocolLimits;
  readonly #text: TextPort;
  readonly #transport: TransportGauge;
  readonly #masks: boolean;
  #closed = false;
  #pongs = 0;
  #latePong: Uint8Array | undefined;

  constructor(
    limits: ProtocolLimits,
    text: TextPort,
    transport: TransportGauge,
    slab: Slab,
    nextMaskKey: (() => number) | undefined,
  ) {
    this.outbox = new Outbox(slab, nextMaskKey);
    this.#limits = limits;
    this.#text = text;
    this.#transport = transport;
    this.#masks = nextMaskKey !== undefined;
  }

  /** Bytes accepted that have not left this process. */
  get bufferedBytes(): number {
    return this.outbox.bytes + this.#transport.bufferedBytes;
  }

  message(data: string | Uint8Array | PreparedMessage): SendStatus {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    if (typeof data === 'string') {
      this.outbox.text(FIN | Opcode.TEXT, data, this.#text.byteLength(data), this.#text);
    } else if (data instanceof Uint8Array) {
      this.outbox.frame(FIN | Opcode.BINARY, data);
    } else if (this.#masks) {
      this.outbox.frame(FIN | data.opcode, data.payload);
    } else {
      this.outbox.encoded(data.frame);
    }
    return this.#pressure();
  }

  /** A frame of any opcode, whole, as far as the queue allows. */
  frame(opcode: number, payload: Uint8Array): SendStatus {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    this.outbox.frame(FIN | opcode, payload);
    return this.#pressure();
  }

  /** Answers a ping, or keeps the answer as the newest while too many wait already (RFC 6455 §5.5.3). */
  pong(payload: Uint8Array): void {
    if (this.#closed) return;
    if (this.#pongs >= this.#limits.pendingPongs || this.#transport.bufferedBytes > 0) {
      this.#latePong = payload;
      return;
    }
    this.#pongs++;
    this.outbox.frame(FIN | Opcode.PONG, payload);
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
    this.outbox.frame(FIN | Opcode.CLOSE, payload);
    this.stop();
  }

  /** Refuses everything from here on. */
  stop(): void {
    this.#closed = true;
    this.#latePong = undefined;
  }

  #refusal(): SendStatus | undefined {
    if (this.#closed) return 'closed';
    return this.bufferedBytes >= this.#limits.sendQueueBytes ? 'dropped' : undefined;
  }

  #pressure(): SendStatus {
    return this.bufferedBytes > this.#limits.highWaterBytes ? 'pressured' : 'ok';
  }
}
