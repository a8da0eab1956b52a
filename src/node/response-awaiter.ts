import type { Duplex } from 'node:stream';
import { type ResponseHead, ResponseHeadReader } from '../handshake/index.ts';

/** Who learns what became of a request. One of the two is called, once. */
export interface ResponseEvents {
  /** The response that counts, and what arrived behind its head. */
  answered(head: ResponseHead, leftover: Uint8Array): void;
  /** There is none: the transport failed or ended, or what came is no response. */
  failed(error: Error): void;
}

// More announcements than this before the one response that counts are no help to anybody.
const INTERIM_RESPONSES = 16;

/** Reads from a transport until the response that counts is there; others of the 100s announce it (RFC 9110 §15.2). */
export class ResponseAwaiter {
  readonly #transport: Duplex;
  readonly #peer: string;
  readonly #events: ResponseEvents;
  #reader = new ResponseHeadReader();
  #interim = 0;
  #over = false;

  /** @param peer who is to answer, for messages: `the server` */
  constructor(transport: Duplex, peer: string, events: ResponseEvents) {
    this.#transport = transport;
    this.#peer = peer;
    this.#events = events;
    transport.on('data', this.#data);
    transport.on('close', this.#closed);
    transport.on('error', this.#failed); // @rfc 6455-4.1-11 6455-4.1-13
  }

  /** Stops waiting, and tells nobody. */
  stop(): void {
    this.#over = true;
    this.#transport.off('data', this.#data);
    this.#transport.off('close', this.#closed);
    this.#transport.off('error', this.#failed);
  }

  readonly #data = (chunk: Uint8Array): void => {
    let rest = chunk;
    let head: ResponseHead | undefined;
    try {
      while (head === undefined) {
        rest = rest.subarray(this.#reader.push(rest));
        if (this.#reader.head === undefined) return;
        head = this.#final(this.#reader.head);
      }
    } catch (error) {
      this.#failed(error as Error);
      return;
    }
    this.stop();
    this.#events.answered(head, rest);
  };

  #final(head: ResponseHead): ResponseHead | undefined {
    if (!isInterim(head.status)) return head;
    if (++this.#interim > INTERIM_RESPONSES) throw new Error(`${this.#peer} announces its response without end`);
    this.#reader = new ResponseHeadReader();
    return undefined;
  }

  readonly #closed = (): void => {
    this.#failed(new Error(`${this.#peer} closed the connection during the opening handshake`));
  };

  readonly #failed = (error: Error): void => {
    if (this.#over) return;
    this.stop();
    this.#events.failed(error);
  };
}

function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}
