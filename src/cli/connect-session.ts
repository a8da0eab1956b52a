import type { CloseInfo, Connection, ConnectionHandlers, Message } from '../node/index.ts';
import { howItEnded } from './close-words.ts';
import type { HandshakeWatch } from './connect-dial.ts';
import type { ConnectPlan } from './connect-plan.ts';
import { ConnectSender } from './connect-sender.ts';
import type { Conversation } from './conversation.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { LineInput } from './line-input.ts';
import { PingTimes } from './ping-times.ts';
import { UsageError } from './usage-error.ts';
import { WireLog } from './wire-log.ts';

/** One connection of `ws101 connect`, from its opening to the exit code. */
export class ConnectSession {
  /** To connect with. */
  readonly handlers: ConnectionHandlers;
  readonly #plan: ConnectPlan;
  readonly #conversation: Conversation;
  readonly #watch: HandshakeWatch;
  readonly #log: WireLog | undefined;
  readonly #pings = new PingTimes();
  readonly #timers = new Set<NodeJS.Timeout>();
  #sender: ConnectSender | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #timedOut = false;
  #readerGone = false;
  #mistake: UsageError | undefined;

  constructor(plan: ConnectPlan, conversation: Conversation, watch: HandshakeWatch) {
    this.#plan = plan;
    this.#conversation = conversation;
    this.#watch = watch;
    if (plan.frames) this.#log = new WireLog('client', plan.maxBytes, (...shown) => conversation.wire(...shown));
    this.handlers = {
      open: (connection) => this.#open(connection),
      message: (_, data) => this.#message(data),
      pong: (_, payload) => conversation.pong(payload, this.#pings.answered(payload)),
    };
  }

  /** Shows both heads of a handshake; of one that failed too. */
  showHandshake(): void {
    const { request, received, responseHead } = this.#watch;
    if (request.length > 0) this.#log?.head('out', request);
    if (received.length > 0) this.#log?.head('in', responseHead);
  }

  /**
   * Sends what is to be sent, and resolves with the exit code when the connection has ended. Rejects with a `UsageError`
   * when something could not be sent.
   *
   * @param interrupted once aborted, the connection is closed
   * @param readerGone resolves when nobody reads standard output any more
   */
  async run(
    connection: Connection,
    input: LineInput,
    interrupted: AbortSignal,
    readerGone: Promise<void>,
  ): Promise<number> {
    const { timeoutMs, pingMs } = this.#plan;
    if (timeoutMs !== undefined) this.#timers.add(setTimeout(() => this.#timeIsOver(), timeoutMs));
    if (pingMs !== undefined) this.#timers.add(setInterval(() => this.#ping(), pingMs));
    const close = (): void => this.#close();
    if (interrupted.aborted) close();
    interrupted.addEventListener('abort', close, { once: true });
    void readerGone.then(() => {
      this.#readerGone = true;
      this.#close();
    });
    void this.#sendAll(input);
    const info = await connection.closed;
    interrupted.removeEventListener('abort', close);
    this.#stop(input);
    if (this.#mistake !== undefined) throw this.#mistake;
    return this.#judge(connection, info);
  }

  #open(connection: Connection): void {
    this.#watch.stop();
    const { transport } = this.#watch;
    if (transport === undefined) throw new Error('a connection opened without a transport');
    this.#sender = new ConnectSender(connection, transport, this.#pings, this.#log);
    this.showHandshake();
    const { protocol, extensions } = connection;
    const log = this.#log;
    if (log !== undefined) {
      if (extensions.includes('permessage-deflate')) log.agreeOnDeflate();
      connection.tap((direction, bytes) => log.push(direction, bytes));
    }
    const { href } = this.#plan.url;
    const agreed = [protocol, extensions].filter((text) => text !== '').map((text) => `, ${text}`);
    this.#conversation.tell(
      { event: 'open', url: href, protocol, extensions },
      `connected to ${href}${agreed.join('')}`,
      false,
    );
  }

  #message(data: Message): Promise<void> | undefined {
    const { expectation } = this.#plan;
    expectation.note(typeof data === 'string' ? data : Buffer.from(data).toString('hex'));
    const printed = this.#conversation.message(data);
    if (expectation.met) this.#close();
    this.#quiet?.refresh();
    return printed;
  }

  async #sendAll(input: LineInput): Promise<void> {
    try {
      await this.#sender?.sendAll(this.#plan, input, ({ message }) =>
        this.#conversation.tell({ event: 'error', message }, message, true),
      );
      const { waitMs, expectation } = this.#plan;
      if (expectation.pending || waitMs === undefined) return;
      // Whoever ends the input by hand has seen the answers.
      this.#quiet = setTimeout(() => this.#close(), input.typed ? 0 : waitMs);
      this.#timers.add(this.#quiet);
    } catch (error) {
      this.#mistake =
        error instanceof UsageError ? error : new UsageError(`sending failed: ${(error as Error).message}`);
      this.#close();
    }
  }

  #close(): void {
    void this.#sender?.send({ kind: 'close', code: this.#plan.closeCode, reason: '' });
  }

  #timeIsOver(): void {
    this.#timedOut = true;
    this.#close();
  }

  #ping(): void {
    const { pending } = this.#pings;
    if (pending > 0) {
      const said = pending === 1 ? 'a ping has no answer yet' : `${pending} pings have no answer yet`;
      this.#conversation.tell({ event: 'unanswered', pings: pending }, said, true);
    }
    void this.#sender?.send({ kind: 'ping', payload: this.#pings.next(), shape: {} });
  }

  #stop(input: LineInput): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#sender?.stop();
    this.#log?.end();
    input.stop();
  }

  #judge(connection: Connection, info: CloseInfo): number {
    const { expectation, timeoutMs = 0 } = this.#plan;
    const { failure } = connection;
    const code = this.#exitCode(info, failure !== undefined);
    const event = { event: 'close', ...info, ...(failure === undefined ? {} : { violation: failure.code }) };
    const seconds = timeoutMs / 1000;
    const unmet = expectation.pending
      ? code === EXIT.TIMED_OUT
        ? `${expectation.missing} did not come within ${seconds} s; `
        : `the connection ended before ${expectation.missing} came; `
      : code === EXIT.TIMED_OUT
        ? `${seconds} s are over; `
        : '';
    const broken =
      failure === undefined
        ? ''
        : `the server broke a rule (${failure.section}, ${failure.code}): ${failure.message}; `;
    this.#conversation.tell(event, unmet + broken + howItEnded(info), code !== EXIT.DONE);
    return code;
  }

  #exitCode(info: CloseInfo, broken: boolean): number {
    const { expectation } = this.#plan;
    if (expectation.met || this.#readerGone) return EXIT.DONE;
    if (this.#timedOut) return EXIT.TIMED_OUT;
    return expectation.pending ? EXIT.NOT_MET : exitCodeOf(info, broken);
  }
}
