/** A message of a WebSocket: text as a string, binary as bytes. */
export type AdapterMessage = string | Uint8Array;

/**
 * How a server that does not echo is spoken to: how a client takes part, how something is published, how a delivery is told
 * from everything else that the server sends. Where a method is absent the plainest thing holds.
 *
 * Connections are numbered from 0 over all workers.
 */
export interface Adapter {
  readonly name: string;
  /** What kind of server it is for, in one line. */
  readonly summary?: string;
  /**
   * Who receives what a connection publishes: everybody, the publisher too; everybody but the publisher, whose own copy is then
   * neither expected nor wrong; or the publisher alone.
   */
  readonly reaches: 'everybody' | 'others' | 'publisher';
  /** The path with its query, where the URL that is measured has none. */
  readonly path?: string;
  /** Subprotocols, where the options name none. */
  readonly protocols?: readonly string[];
  /** Further fields of the request; those of the options come after them. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** What a client sends once its connection stands. Default: nothing. */
  subscribe?(index: number): readonly AdapterMessage[];
  /** Whether this message says that the client takes part. Default: it does as soon as its connection stands. */
  isReady?(message: AdapterMessage, index: number): boolean;
  /** The message that publishes `payload`, a text of letters, digits, `-` and `_`. Default: the payload as it is, as text. */
  wrap?(payload: string, index: number): AdapterMessage;
  /** The payload of a delivery, or undefined for any other message. Default: every message is a payload. */
  unwrap?(message: AdapterMessage): string | undefined;
  /** Why the server refused something, if that is what the message says: a few words, counted as an error. Default: never. */
  refusal?(message: AdapterMessage): string | undefined;
}
