import type { Duplex } from 'node:stream';
import {
  decideUpgrade,
  type ErrorResponse,
  HandshakeError,
  type HeadLimits,
  RequestHeadReader,
} from '../handshake/index.ts';
import { Admission, type AdmissionHost } from './admission.ts';
import type { Door } from './door.ts';

/** What an {@link Opening} needs of its server. */
export interface OpeningHost extends AdmissionHost {
  readonly headLimits: HeadLimits;
  /** A plain request: everything that was read from the transport. */
  plain(transport: Duplex, received: Uint8Array): void;
}

/** Reads the head of a request from a byte stream, then decides on it (RFC 6455 §4.2.1). */
export class Opening extends Admission {
  readonly #host: OpeningHost;
  #reader: RequestHeadReader | undefined;

  /** @param since when the transport began, in milliseconds of the steady clock: from then on the handshake has its time */
  constructor(host: OpeningHost, door: Door, since: number) {
    super(host, door, since + host.limits.handshakeTimeoutMs);
    this.#host = host;
    this.#reader = new RequestHeadReader(host.headLimits);
  }

  override received(chunk: Uint8Array): void {
    if (this.#reader === undefined) super.received(chunk);
    else this.#read(this.#reader, chunk);
  }

  override refuse(answer: ErrorResponse): void {
    this.#reader = undefined;
    super.refuse(answer);
  }

  #read(reader: RequestHeadReader, chunk: Uint8Array): void {
    try {
      const taken = reader.push(chunk);
      const { head } = reader;
      if (head === undefined) return;
      this.#reader = undefined;
      const leftover = chunk.subarray(taken);
      if (head.upgrade) this.admit(head, leftover, decideUpgrade);
      else this.#host.plain(this.handOver(), Buffer.concat([reader.bytes, leftover]));
    } catch (error) {
      if (error instanceof HandshakeError) this.refuse(error);
      else throw error;
    }
  }
}
