import { Buffer } from 'node:buffer';
import { Opcode } from '../../codec/index.ts';
import type { Adapter, AdapterMessage } from '../adapters/adapter.ts';
import type { LoadConnection } from '../load/connection.ts';
import type { Dialer } from '../load/dialer.ts';
import { LoadError } from '../load/load-error.ts';
import type { ConnectionEnd } from '../load/load-events.ts';
import { within } from './opening.ts';
import { WatchedEvents } from './watched.ts';

/** What becomes of what a {@link Member} receives. */
export interface MemberEvents {
  /** The payload of a delivery, as far as the adapter can tell: valid during the call. */
  delivered(member: Member, bytes: Uint8Array, start: number, end: number): void;
  /** Any other message. */
  other(member: Member): void;
  /** The server refused something. */
  refused(member: Member, why: string): void;
  /** The connection has ended. */
  left(member: Member, end: ConnectionEnd): void;
}

/** A connection that takes part in what a server distributes, through an adapter. */
export class Member extends WatchedEvents {
  /** Its number over all workers. */
  readonly index: number;
  /** Its number among this worker's receivers; -1 when its deliveries are not booked. */
  readonly local: number;
  readonly #adapter: Adapter;
  readonly #events: MemberEvents;
  #ready: (() => void) | undefined = undefined;
  #failed: ((error: Error) => void) | undefined = undefined;

  constructor(index: number, local: number, adapter: Adapter, events: MemberEvents) {
    super();
    this.index = index;
    this.local = local;
    this.#adapter = adapter;
    this.#events = events;
  }

  /** Connects, subscribes, and waits until it takes part. @throws LoadError */
  async open(dialer: Dialer): Promise<void> {
    const taking = new Promise<void>((resolve, reject) => {
      this.#ready = resolve;
      this.#failed = reject;
    });
    taking.catch(() => {});
    const connection = await dialer.open(this);
    for (const message of this.#adapter.subscribe?.(this.index) ?? []) this.#send(connection, message);
    if (this.#adapter.isReady === undefined) this.#ready?.();
    const { timeoutMs } = dialer.plan;
    await within(taking, timeoutMs, () => {
      connection.terminate();
      return new LoadError('timeout', `the server did not confirm within ${timeoutMs} ms that a client takes part`);
    });
    this.#ready = undefined;
  }

  /** Publishes a payload of plain ASCII; as a message of that kind, unless the adapter makes one of its own. */
  publish(payload: Buffer, opcode: number): void {
    const { wrap } = this.#adapter;
    if (wrap === undefined) this.connection.sendFrame(opcode, payload);
    else this.#send(this.connection, wrap.call(this.#adapter, payload.toString('latin1'), this.index));
  }

  message(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    const { unwrap, isReady } = this.#adapter;
    const isWaiting = isReady !== undefined && this.#ready !== undefined;
    if (unwrap === undefined && !isWaiting && this.#adapter.refusal === undefined) {
      this.#events.delivered(this, bytes, start, end);
      return;
    }
    const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const message = opcode === Opcode.TEXT ? view.toString('utf8') : Uint8Array.from(view);
    if (isWaiting && isReady.call(this.#adapter, message, this.index)) this.#ready?.();
    const refusal = this.#adapter.refusal?.(message);
    const payload = unwrap === undefined ? message : unwrap.call(this.#adapter, message);
    if (refusal !== undefined) this.#events.refused(this, refusal);
    else if (payload === undefined) this.#events.other(this);
    else this.#deliver(payload);
  }

  protected override ended(end: ConnectionEnd): void {
    this.#failed?.(new LoadError(end.kind, `the connection ended before the client took part: ${end.kind}`));
    if (this.#ready === undefined) this.#events.left(this, end);
  }

  #deliver(payload: AdapterMessage): void {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    this.#events.delivered(this, bytes, 0, bytes.length);
  }

  #send(connection: LoadConnection, message: AdapterMessage): void {
    if (typeof message === 'string') connection.sendFrame(Opcode.TEXT, Buffer.from(message));
    else connection.sendFrame(Opcode.BINARY, message);
  }
}
