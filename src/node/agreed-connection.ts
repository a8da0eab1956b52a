import type { CloseInfo } from '../protocol/index.ts';
import type { ConnectionSetup } from './connection-setup.ts';
import { Ending } from './ending.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/** What is known of a connection from its handshake on, and of its end. */
export class AgreedConnection<Data> {
  /** What the route's `upgrade` hook gave, and whatever the application keeps here. */
  data: Data;
  readonly #protocol: string;
  readonly #extensions: string;
  // The request knows the address, too.
  readonly #origin: UpgradeRequest | string | undefined;

  // Most connections end when nobody asks how.
  #ending: Ending | undefined;

  /** @internal */
  constructor(setup: ConnectionSetup<Data>) {
    this.data = setup.data;
    this.#protocol = setup.protocol;
    this.#extensions = setup.extensions.text;
    this.#origin = setup.request ?? setup.remoteAddress;
    setup.request?.rest();
  }

  /** The agreed subprotocol; empty when there is none. */
  get protocol(): string {
    return this.#protocol;
  }

  /** The agreed extensions as the response said them (RFC 6455 §9.1); empty when there are none. */
  get extensions(): string {
    return this.#extensions;
  }

  /** The request that opened it; `undefined` at the client's end. */
  get request(): UpgradeRequest | undefined {
    return typeof this.#origin === 'object' ? this.#origin : undefined;
  }

  get remoteAddress(): string | undefined {
    return typeof this.#origin === 'object' ? this.#origin.remoteAddress : this.#origin;
  }

  /** Resolves when the connection has ended, with how. */
  get closed(): Promise<CloseInfo> {
    return this.ending.closed;
  }

  /** Aborted when the peer is gone, even while a handler or a loop is still at work on what it sent last. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** @internal */
  protected get ending(): Ending {
    this.#ending ??= new Ending();
    return this.#ending;
  }
}
