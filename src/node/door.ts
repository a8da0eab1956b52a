import type { Duplex } from 'node:stream';
import { type AcceptResponse, acceptHead, type ErrorResponse, encodeErrorResponse } from '../handshake/index.ts';

/** How the answer to an upgrade goes back on one kind of transport. */
export interface Door {
  readonly transport: Duplex;
  readonly remoteAddress: string | undefined;
  /** True when TLS ends here. */
  readonly secure: boolean;
  /** The status of the answer that opens. */
  readonly acceptStatus: number;
  /** Opens. From here on the transport carries frames. */
  accept(response: AcceptResponse): void;
  /** Refuses, and ends our half of the transport. */
  refuse(answer: ErrorResponse): void;
}

/** The answer as an HTTP/1.1 response on a byte stream (RFC 6455 §4.2.2). */
export class Http1Door implements Door {
  readonly transport: Duplex;
  readonly remoteAddress: string | undefined;
  readonly secure: boolean;
  readonly acceptStatus: number = 101;

  constructor(transport: Duplex, remoteAddress: string | undefined, secure: boolean) {
    this.transport = transport;
    this.remoteAddress = remoteAddress;
    this.secure = secure;
  }

  accept(response: AcceptResponse): void {
    this.transport.write(Buffer.from(acceptHead(response), 'latin1'));
  }

  refuse(answer: ErrorResponse): void {
    this.transport.end(encodeErrorResponse(answer));
  }
}
