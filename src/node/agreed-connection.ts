import type { ConnectionSetup } from './connection-setup.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/** What is known of a connection from its handshake on. */
export class AgreedConnection<Data> {
  /** What the route's `upgrade` hook gave, and whatever the application keeps here. */
  data: Data;
  readonly #protocol: string;
  readonly #extensions: string;
  // The request knows the address, too.
  readonly #origin: UpgradeRequest | string | undefined;

  /** @internal */
  constructor(setup: ConnectionSetup<Data>) {
    this.data = setup.data;
    this.#protocol = setup.protocol;
    this.#extensions = setup.extensions.text;
    this.#origin = setup.request ?? setup.remoteAddress;
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
}
