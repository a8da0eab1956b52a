import { Buffer } from 'node:buffer';
import { Opcode } from '../../codec/index.ts';
import type { LoadConnection } from '../load/connection.ts';
import { type ConnectionEnd, MessageEvents } from '../load/load-events.ts';

const LAST_WORD = Buffer.from('ws101 bench');

/** A connection that may be ended by the server at any time, and of which that is to be told from others. */
export abstract class WatchedEvents extends MessageEvents {
  #connection: LoadConnection | undefined = undefined;
  #end: ConnectionEnd | undefined = undefined;
  #tell: ((fate: string) => void) | undefined = undefined;

  /** The connection has ended, by whomever. */
  protected abstract ended(end: ConnectionEnd): void;

  get isOpen(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** @throws Error before it is open */
  get connection(): LoadConnection {
    if (this.#connection === undefined) throw new Error('there is no connection yet');
    return this.#connection;
  }

  /**
   * Reads on, and says what has become of the connection: `still open` when all that waits there has come and the server answers
   * a ping after that, `no answer` when it does not, else how it ended.
   */
  async fate(timeoutMs: number): Promise<string> {
    if (this.#end !== undefined) return this.#end.kind;
    const { connection } = this;
    let timer: NodeJS.Timeout | undefined;
    const fate = await new Promise<string>((resolve) => {
      this.#tell = resolve;
      timer = setTimeout(() => resolve('no answer'), timeoutMs);
      connection.resume();
      connection.sendFrame(Opcode.PING, LAST_WORD);
    });
    clearTimeout(timer);
    this.#tell = undefined;
    return fate;
  }

  override opened(connection: LoadConnection): void {
    this.#connection = connection;
  }

  override pong(payload: Uint8Array): void {
    if (LAST_WORD.equals(payload)) this.#tell?.('still open');
  }

  override closed(end: ConnectionEnd): void {
    this.#end = end;
    this.#tell?.(end.kind);
    this.ended(end);
  }
}
