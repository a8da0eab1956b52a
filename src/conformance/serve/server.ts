import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ALL_CASES } from '../cases/all.ts';
import { converse } from '../converse.ts';
import type { Conversation } from '../model.ts';
import type { CaseResult, ConformanceReport, ConversationResult } from '../result.ts';
import { TIMEOUT_MS } from '../run.ts';
import { selectCases } from '../select.ts';
import { packageVersion } from '../version.ts';
import { Agents, type Slot, slotsOf } from './agents.ts';
import { refuse, telling } from './answer.ts';
import { type ReceivedRequest, readRequest } from './request.ts';

/** How clients are tested. */
export interface ClientTestOptions {
  /** Patterns of numbers and sections, as `selectCases` takes them. Default: all. */
  readonly cases?: readonly string[];
  readonly exclude?: readonly string[];
  /** Cases that load the client, too. Default: false. */
  readonly limits?: boolean;
  /** Until something that should come must be there, in milliseconds. Default: 10 000. */
  readonly timeoutMs?: number;
  /** NON-STRICT counts as failed. Default: false. */
  readonly strict?: boolean;
  /** The command that serves one case again, for the reports. */
  readonly repeat?: string;
}

/** Learns what clients do. */
export interface ClientTestObserver {
  /** A conversation is over. */
  finished?(agent: string, number: string, result: ConversationResult, place: number, total: number): void;
  /** A client has asked for its report, as it does at the end. */
  reported?(report: ConformanceReport): void;
}

/**
 * A server that tests clients, under the URL scheme of the known suite, so that drivers written for that one work:
 * `/getCaseCount`, `/getCaseInfo?case=N`, `/runCase?case=N&agent=NAME`, `/getCaseStatus?case=N&agent=NAME` and
 * `/updateReports?agent=NAME`; every case counts as often as it has conversations.
 *
 * @throws RangeError for a pattern that fits no case
 */
export class ClientTestServer {
  readonly #options: ClientTestOptions;
  readonly #observer: ClientTestObserver;
  readonly #slots: readonly Slot[];
  readonly #agents: Agents;
  readonly #leftOut: ConformanceReport['leftOut'];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #started = new Map<string, { readonly at: string; readonly from: number }>();

  constructor(options: ClientTestOptions = {}, observer: ClientTestObserver = {}) {
    const { cases = [], exclude = [], limits = false } = options;
    const selected = selectCases(ALL_CASES, { cases, exclude, limits, testee: 'client' });
    this.#options = options;
    this.#observer = observer;
    this.#slots = slotsOf(selected.cases);
    this.#leftOut = selected.leftOut;
    this.#agents = new Agents(this.#slots);
    this.#server = createServer({ noDelay: true }, (socket) => void this.#meet(socket));
  }

  /** How many conversations a client can ask for. */
  get total(): number {
    return this.#slots.length;
  }

  /** Rejects with the error of the system when it cannot listen there. */
  async listen(where: { readonly port: number; readonly host: string }): Promise<AddressInfo> {
    this.#server.listen(where);
    await once(this.#server, 'listening');
    return this.#server.address() as AddressInfo;
  }

  /** Takes nobody any more and cuts off who is there. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** How every client did that has asked for a case, in the order in which they came. */
  reports(): readonly ConformanceReport[] {
    return this.#agents.names.map((name) => this.#reportOf(name)).filter(({ results }) => results.length > 0);
  }

  #reportOf(agent: string): ConformanceReport {
    const results = this.#agents.resultsOf(agent);
    const asked = new Set(results.map(({ number }) => number));
    const missed = [...new Set(this.#slots.map(({ one }) => one.number))].filter((number) => !asked.has(number));
    const { at = new Date().toISOString(), from = performance.now() } = this.#started.get(agent) ?? {};
    return {
      version: packageVersion(),
      testee: 'client',
      agent,
      url: '',
      startedAt: at,
      durationMs: Math.round(performance.now() - from),
      results,
      leftOut: [...this.#leftOut, ...missed.map((number) => ({ number, reason: 'the client did not ask for it' }))],
      strict: this.#options.strict ?? false,
      repeat: this.#options.repeat ?? '',
    };
  }

  async #meet(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    const request = await readRequest(socket, this.#timeoutMs);
    if (request === undefined) socket.destroy();
    else await this.#answer(socket, request);
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? TIMEOUT_MS;
  }

  async #answer(socket: Socket, request: ReceivedRequest): Promise<void> {
    const { path, query } = request;
    const agent = query.get('agent');
    if (path === '/getCaseCount') return this.#say(socket, request, String(this.#slots.length));
    if (path === '/getCaseInfo') return this.#say(socket, request, infoOf(this.#slotAt(query)));
    if (path === '/getCaseStatus') return this.#say(socket, request, this.#statusOf(agent, this.#slotAt(query)));
    if (path === '/updateReports') return this.#report(socket, request, agent);
    if (path === '/runCase') return this.#run(socket, request, agent);
    refuse(socket, 404, `there are ${PATHS.join(', ')}`);
  }

  async #run(socket: Socket, request: ReceivedRequest, given: string | null): Promise<void> {
    const slot = this.#slotAt(request.query);
    if (slot === undefined) return refuse(socket, 404, `case must be a number from 1 to ${this.#slots.length}`);
    const agent = this.#agents.admit(given ?? '');
    if (agent === undefined) return refuse(socket, 503, 'too many agents were tested; start the suite anew');
    if (!this.#started.has(agent)) this.#started.set(agent, { at: new Date().toISOString(), from: performance.now() });
    const result = await this.#hold(slot.conversation, socket, request, slot.one.informational);
    this.#agents.keep(agent, slot, result);
    this.#observer.finished?.(agent, slot.one.number, result, this.#slots.indexOf(slot) + 1, this.#slots.length);
  }

  async #report(socket: Socket, request: ReceivedRequest, given: string | null): Promise<void> {
    const agent = this.#agents.admit(given ?? '');
    const report = agent === undefined ? undefined : this.#reportOf(agent);
    await this.#say(socket, request, undefined);
    if (report !== undefined && report.results.length > 0) this.#observer.reported?.(report);
  }

  /** The conversation that `case=N`, or `casetuple=6.4.2`, asks for. */
  #slotAt(query: URLSearchParams): Slot | undefined {
    const tuple = query.get('casetuple');
    if (tuple !== null) return this.#slots.find(({ one }) => one.number === tuple);
    return /^\d{1,9}$/.test(query.get('case') ?? '') ? this.#slots[Number(query.get('case')) - 1] : undefined;
  }

  #statusOf(agent: string | null, slot: Slot | undefined): string {
    const result = slot && this.#agents.resultOf(agent ?? '', slot.one);
    return JSON.stringify({ behavior: result?.behavior ?? 'NOT RUN' } satisfies Partial<
      Record<keyof CaseResult, string>
    >);
  }

  /** Sends one text, or none, and closes. */
  async #say(socket: Socket, request: ReceivedRequest, words: string | undefined): Promise<void> {
    await this.#hold(telling(words), socket, request, false);
  }

  #hold(
    conversation: Conversation,
    socket: Socket,
    { head, bytes, rest }: ReceivedRequest,
    informational: boolean,
  ): Promise<ConversationResult> {
    const timeoutMs = this.#timeoutMs;
    const received = { request: head, requestBytes: bytes, received: rest };
    const running = converse(conversation, { testee: 'client', socket, ...received, timeoutMs, informational });
    // It was paused when its request was read, and who listens now does not know.
    socket.resume();
    return running;
  }
}

const PATHS = ['/getCaseCount', '/getCaseInfo', '/getCaseStatus', '/runCase', '/updateReports'];

function infoOf(slot: Slot | undefined): string {
  return JSON.stringify({ id: slot?.one.number ?? '', description: slot?.one.title ?? 'there is no such case' });
}
