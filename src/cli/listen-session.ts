import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  type CloseInfo,
  type Connection,
  type HandshakeDiagnostic,
  type RouteHandlers,
  WebSocketServer,
} from '../node/index.ts';
import { howItEnded } from './close-words.ts';
import { Conversation } from './conversation.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { LineInput } from './line-input.ts';
import { ListenClient } from './listen-client.ts';
import type { ListenPlan } from './listen-options.ts';
import { type Outgoing, parseLine } from './outgoing.ts';
import type { Screen } from './screen.ts';
import { UsageError } from './usage-error.ts';

const SHUTDOWN_MS = 4_000;
const SWITCHING_PROTOCOLS = 101;
const HANDSHAKES = 'ws101:handshake';

/** The server of `ws101 listen`: prints what its clients send, and sends them lines. */
export class ListenSession {
  readonly server: WebSocketServer;
  readonly #plan: ListenPlan;
  readonly #screen: Screen;
  /** Speaks for nobody. */
  readonly #conversation: Conversation;
  readonly #clients = new Map<Connection, ListenClient>();
  #count = 0;
  #code: number = EXIT.DONE;
  #finish!: () => void;
  readonly #finished = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });
  #arrived: (() => void)[] = [];

  constructor(plan: ListenPlan, screen: Screen) {
    this.#plan = plan;
    this.#screen = screen;
    this.#conversation = new Conversation(screen, plan.form);
    const onError = (error: unknown): void => this.#complain((error as Error).message);
    this.server = new WebSocketServer({ ...plan.options, onError });
    this.server.route(() => true, this.#handlers());
  }

  /** Serves until something ends it, and resolves with the exit code. Rejects with a `UsageError` for a line of a pipe that cannot be sent. */
  async run(input: LineInput, interrupted: AbortSignal): Promise<number> {
    const { pingMs } = this.#plan;
    const pings =
      pingMs === undefined ? undefined : setInterval(() => this.#eachClient((client) => client.ping()), pingMs);
    let mistake: unknown;
    this.#sendAll(input).catch((error: unknown) => {
      mistake = error;
      this.#finish();
    });
    interrupted.addEventListener('abort', this.#finish, { once: true });
    subscribe(HANDSHAKES, this.#answered);
    void this.#screen.gone.then(this.#finish);
    if (interrupted.aborted) this.#finish();
    await this.#finished;
    clearInterval(pings);
    interrupted.removeEventListener('abort', this.#finish);
    unsubscribe(HANDSHAKES, this.#answered);
    await this.server.shutdown({ deadlineMs: SHUTDOWN_MS });
    input.stop();
    if (mistake !== undefined) throw mistake;
    return this.#code;
  }

  #handlers(): RouteHandlers {
    const { refusal, protocols } = this.#plan;
    const of = (connection: Connection): ListenClient | undefined => this.#clients.get(connection);
    return {
      protocols,
      upgrade: () => refusal,
      open: (connection) => this.#opened(connection),
      message: (connection, data) => {
        const client = of(connection);
        const printed = client?.message(data);
        if (client !== undefined) this.#answer(client);
        return printed;
      },
      pong: (connection, payload) => of(connection)?.pong(payload),
      close: (connection, info) => this.#closed(connection, info),
    };
  }

  /** Tells of whoever was not let in, for whatever reason. */
  readonly #answered = (message: unknown): void => {
    const { status, request, remoteAddress } = message as HandshakeDiagnostic;
    if (status === SWITCHING_PROTOCOLS) return;
    const target = request?.target;
    const who = `${remoteAddress ?? 'somebody'}${target === undefined ? '' : ` at ${target}`}`;
    const sentence = status === 0 ? `${who} left during the handshake` : `refused ${who} with ${status}`;
    this.#conversation.tell({ event: 'refused', status, remoteAddress, target }, sentence, false);
  };

  #opened(connection: Connection): void {
    const number = ++this.#count;
    const conversation = new Conversation(this.#screen, this.#plan.form, number);
    const shown = this.#plan.frames ? this.#plan.maxBytes : undefined;
    const client = new ListenClient(number, connection, conversation, shown);
    this.#clients.set(connection, client);
    client.introduce();
    for (const arrived of this.#arrived.splice(0)) arrived();
    if (this.#plan.closeAfter === 0) connection.close(this.#plan.closeCode);
  }

  #answer(client: ListenClient): void {
    const { reply, closeAfter, closeCode } = this.#plan;
    if (reply !== undefined) client.send(reply);
    if (client.messages === closeAfter) client.connection.close(closeCode);
  }

  #closed(connection: Connection, info: CloseInfo): void {
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    this.#clients.delete(connection);
    client.end();
    const { failure } = connection;
    const violation = failure === undefined ? {} : { violation: failure.code };
    const broken =
      failure === undefined ? '' : `broke a rule (${failure.section}, ${failure.code}): ${failure.message}; `;
    const code = exitCodeOf(info, failure !== undefined);
    client.conversation.tell(
      { event: 'close', ...info, ...violation },
      broken + howItEnded(info, ''),
      code !== EXIT.DONE,
    );
    if (!this.#plan.once) return;
    this.#code = code;
    this.#finish();
  }

  async #sendAll(input: LineInput): Promise<void> {
    let number = 0;
    for await (const line of input.lines) {
      number++;
      // Lines of a pipe are there before anybody who could get them.
      if (!input.typed) await this.#someone();
      try {
        await this.#sendLine(line);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        if (!input.typed) throw new UsageError(`line ${number} of standard input: ${error.message}`);
        this.#complain(error.message);
      }
    }
    if (input.typed) this.#finish();
  }

  async #sendLine(line: string): Promise<void> {
    const [, to, rest = line] = (this.#plan.lineForm === 'ndjson' ? undefined : /^@(\d+|all) (.*)$/s.exec(line)) ?? [];
    const outgoing = parseLine(rest, this.#plan.lineForm, {});
    if (outgoing === undefined) return;
    if (this.#clients.size === 0) return this.#complain('nobody is connected; this went to nobody');
    const number = to === undefined || to === 'all' ? outgoing.to : Number(to);
    if (number === undefined) this.#eachClient((client) => client.send(outgoing));
    else this.#sendTo(number, outgoing);
    await Promise.all([...this.#clients.keys()].map((connection) => connection.drained()));
  }

  #sendTo(number: number, outgoing: Outgoing): void {
    const client = [...this.#clients.values()].find((one) => one.number === number);
    if (client === undefined) this.#complain(`there is no client ${number}`);
    else client.send(outgoing);
  }

  #eachClient(visit: (client: ListenClient) => void): void {
    for (const client of this.#clients.values()) visit(client);
  }

  #someone(): Promise<void> {
    if (this.#clients.size > 0) return Promise.resolve();
    return new Promise((resolve) => this.#arrived.push(resolve));
  }

  #complain(message: string): void {
    this.#conversation.tell({ event: 'error', message }, message, true);
  }
}
