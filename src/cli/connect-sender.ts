import type { Duplex } from 'node:stream';
import type { Connection } from '../node/index.ts';
import type { ConnectPlan } from './connect-plan.ts';
import type { LineInput } from './line-input.ts';
import { type Outgoing, parseLine } from './outgoing.ts';
import type { PingTimes } from './ping-times.ts';
import { RawWriter } from './raw-writer.ts';
import { bytesFor } from './shaped-frames.ts';
import { UsageError } from './usage-error.ts';
import type { WireLog } from './wire-log.ts';

// A server has as long to answer a close frame that was sent by hand as one that was not.
const CLOSE_MS = 3_000;

/** What sends over one connection, in order. */
export class ConnectSender {
  readonly #connection: Connection;
  readonly #raw: RawWriter;
  readonly #pings: PingTimes;
  readonly #log: WireLog | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(connection: Connection, transport: Duplex, pings: PingTimes, log: WireLog | undefined) {
    this.#connection = connection;
    this.#raw = new RawWriter(transport, connection);
    this.#pings = pings;
    this.#log = log;
  }

  /**
   * Sends what the plan says comes first, then line after line until there are no more, or the connection closes.
   *
   * @param complain is told of a typed line that cannot be sent; one of a pipe rejects with a `UsageError`
   */
  async sendAll(plan: ConnectPlan, input: LineInput, complain: (error: UsageError) => void): Promise<void> {
    for (const outgoing of plan.first) await this.send(outgoing);
    let number = 0;
    for await (const line of input.lines) {
      if (this.#connection.closing) return;
      number++;
      try {
        const outgoing = parseLine(line, plan.lineForm, plan.shape);
        if (outgoing?.to !== undefined) throw new UsageError('there is only one server; leave "to" out');
        if (outgoing !== undefined) await this.send(outgoing);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        if (!input.typed) throw new UsageError(`line ${number} of standard input: ${error.message}`);
        complain(error);
      }
    }
  }

  /** Sends, and resolves when more may be sent. Throws a `UsageError` for what cannot be written. */
  async send(outgoing: Outgoing): Promise<void> {
    const connection = this.#connection;
    if (outgoing.kind === 'ping') this.#pings.sent(outgoing.payload);
    const bytes = bytesFor(outgoing);
    if (bytes !== undefined) {
      if (await this.#raw.write(bytes)) this.#log?.push('out', bytes);
      if (outgoing.kind === 'close') this.#awaitAnswer();
    } else if (outgoing.kind === 'message') await connection.sendAndDrain(outgoing.payload);
    else if (outgoing.kind === 'ping') connection.ping(outgoing.payload);
    else if (outgoing.kind === 'close') connection.close(outgoing.code, outgoing.reason);
  }

  /** The connection has ended. */
  stop(): void {
    clearTimeout(this.#deadline);
  }

  #awaitAnswer(): void {
    this.#deadline ??= setTimeout(() => this.#connection.terminate(), CLOSE_MS);
  }
}
