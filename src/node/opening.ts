import type { Duplex } from 'node:stream';
import {
  decideUpgrade,
  type ErrorResponse,
  HandshakeError,
  RequestHeadReader,
  serviceError,
} from '../handshake/index.ts';
import { Admission, type AdmissionHost, type PendingHandshake } from './admission.ts';
import { deadlines, type Timed } from './deadlines.ts';
import type { Door } from './door.ts';

/** What an {@link Opening} needs of its server. */
export interface OpeningHost extends AdmissionHost {
  /** A plain request: everything that was read from the transport. */
  plain(transport: Duplex, received: Uint8Array): void;
}

/** Reads the head of a request from a byte stream, then lets an {@link Admission} decide on it (RFC 6455 §4.2.1). */
export class Opening implements Timed, PendingHandshake {
  deadlineSlot: number = 0;
  readonly #host: OpeningHost;
  readonly #door: Door;
  readonly #reader: RequestHeadReader;
  #deadline: number;

  /** @param since when the transport began, in milliseconds of the steady clock: from then on the handshake has its time */
  constructor(host: OpeningHost, door: Door, since: number) {
    this.#host = host;
    this.#door = door;
    const { requestLineBytes, headBytes, headers, handshakeTimeoutMs } = host.limits;
    this.#reader = new RequestHeadReader({ requestLineBytes, headBytes, headers });
    this.#deadline = since + handshakeTimeoutMs;
    const { transport } = door;
    transport.on('data', this.#data);
    transport.on('end', this.#gone);
    transport.on('close', this.#gone);
    transport.on('error', ignore);
    host.begun(this);
    deadlines.watch(this);
  }

  nextDeadline(): number {
    return this.#deadline;
  }

  tick(): void {
    this.refuse(serviceError('timeout'));
  }

  refuse(answer: ErrorResponse): void {
    this.#admission().refuse(answer);
  }

  readonly #data = (chunk: Uint8Array): void => {
    try {
      const taken = this.#reader.push(chunk);
      const { head } = this.#reader;
      if (head === undefined) return;
      const leftover = chunk.subarray(taken);
      if (head.upgrade) {
        this.#admission().admit(head, leftover, decideUpgrade);
      } else {
        this.#release();
        this.#door.transport.pause();
        this.#host.plain(this.#door.transport, Buffer.concat([this.#reader.bytes, leftover]));
      }
    } catch (error) {
      if (error instanceof HandshakeError) this.refuse(error);
      else throw error;
    }
  };

  readonly #gone = (): void => {
    this.#host.answered(0, this.#door, undefined);
    this.#release();
    this.#door.transport.on('error', ignore);
    this.#door.transport.destroy();
  };

  #admission(): Admission {
    const deadline = this.#deadline;
    this.#release();
    return new Admission(this.#host, this.#door, deadline);
  }

  /** Leaves the transport to whoever is next. */
  #release(): void {
    this.#deadline = Infinity;
    deadlines.forget(this);
    this.#host.done(this);
    const { transport } = this.#door;
    transport.off('data', this.#data);
    transport.off('end', this.#gone);
    transport.off('close', this.#gone);
    transport.off('error', ignore);
  }
}

function ignore(): void {}
