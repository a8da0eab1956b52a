import { WebSocket } from 'ws';
import type { ServerMessageOf, ServerMessageV1 } from '../../src/chat/index.ts';
import { CHAT_PROTOCOL, readServerMessage } from '../../src/chat/index.ts';
import type { ClientRecord, Delivered } from './client-record.ts';
import type { Cuts } from './cuts.ts';
import { Outbox } from './outbox.ts';

/** After a refusal it waits as long as it is told, or this, and a part of it more by chance. */
const RETRY_MS = 1000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/**
 * A client of `ws101.chat.v1` that does what the protocol asks of one that wants every message: it keeps what is not acknowledged and
 * sends it again under the same id, comes back with its session and its place, and drops nothing. Its connection is cut as `cuts` says.
 */
export class ChaosClient implements ClientRecord {
  readonly room: string;
  readonly acked: Map<string, Delivered> = new Map();
  readonly delivered: Delivered[] = [];
  readonly resets: string[] = [];
  readonly faults: string[] = [];
  joinedAt: number | undefined;
  /** What happened to it last. */
  last = '';
  connections = 0;
  readonly #name: string;
  #username: string;
  readonly #url: () => string | undefined;
  readonly #cuts: Cuts;
  #socket: WebSocket | undefined;
  #session: string | undefined;
  #place: { epoch: string; seq: number } | undefined;
  #inside = false;
  #stopped = false;
  #ids = 0;
  #losses = 0;
  readonly #outbox: Outbox = new Outbox((id, message) => this.#send(id, message));

  /** `url` gives a server to connect to, another one each time; none while there is none. */
  constructor(name: string, room: string, url: () => string | undefined, cuts: Cuts) {
    this.#name = name;
    this.#username = name;
    this.room = room;
    this.#url = url;
    this.#cuts = cuts;
    this.#connect();
  }

  /** Whether it is in its room, and nothing is under way. */
  get settled(): boolean {
    return this.#inside && this.pending.size === 0;
  }

  get pending(): ReadonlyMap<string, string> {
    return this.#outbox.pending;
  }

  get inside(): boolean {
    return this.#inside;
  }

  /** The last entry of the room that it has. */
  get place(): { readonly epoch: string; readonly seq: number } | undefined {
    return this.#place;
  }

  /** Says something in its room, now or as soon as it can. */
  say(): void {
    this.#ids += 1;
    const id = `${this.#name}.${this.#ids}`;
    this.#outbox.add(id, `${id} says hello`, this.#inside);
  }

  /** Cuts its connection, if it has one. */
  cut(): void {
    this.#socket?.terminate();
  }

  stop(): void {
    this.#stopped = true;
    this.#outbox.rest();
    this.#socket?.terminate();
  }

  #connect(): void {
    if (this.#stopped) return;
    const url = this.#url();
    if (url === undefined) {
      this.#pause();
      return;
    }
    const socket = new WebSocket(url, CHAT_PROTOCOL, { perMessageDeflate: false, handshakeTimeout: 10_000 });
    this.#socket = socket;
    this.connections += 1;
    socket.on('error', () => undefined);
    socket.on('open', () => {
      const rooms = this.#place ? [{ room: this.room, ...this.#place }] : [];
      this.#write(socket, { type: 'hello', username: this.#username, session: this.#session, rooms });
    });
    socket.on('message', (data) => this.#receive(socket, String(data)));
    socket.on('close', (code) => {
      this.#cuts.note(`closed ${code}`);
      this.last += ` closed:${code}`;
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#inside = false;
      this.#outbox.rest();
      this.#pause();
    });
  }

  #receive(socket: WebSocket, json: string): void {
    if (this.#socket !== socket || socket.readyState !== socket.OPEN) return;
    const message = readServerMessage(json);
    if (!message) this.faults.push(`not of the protocol: ${json.slice(0, 200)}`);
    // Whatever was on the way when the connection is cut before it is taken has not arrived.
    else if (this.#cuts.happens(`before ${message.type}`)) socket.terminate();
    else {
      this.#take(socket, message);
      if (this.#cuts.happens(`after ${message.type}`)) socket.terminate();
    }
  }

  #take(socket: WebSocket, message: ServerMessageV1): void {
    if (message.type === 'welcome') {
      this.#session = message.session;
      if (!this.#place) this.#join();
    } else if (message.type === 'joined') this.#joined(message);
    else if (message.type === 'reset' && message.room === this.room) this.#begin(message, 'reset');
    else if (message.type === 'message') this.#entry(message.epoch, message.seq, message.id ?? '');
    else if (message.type === 'ack') this.#ack(message);
    else if (message.type === 'error') this.#refused(socket, message);
    else if (message.type === 'missed') this.faults.push(`missed ${message.from} to ${message.to}`);
  }

  #join(): void {
    const { room } = this;
    if (this.#socket)
      this.#write(this.#socket, { type: 'join', room, username: this.#username, history: 100, ...this.#place });
  }

  #joined(joined: ServerMessageOf<'joined'>): void {
    if (this.#place === undefined) {
      this.joinedAt = joined.seq;
      this.#place = { epoch: joined.epoch, seq: joined.seq };
    } else if (joined.recovered !== true) this.#begin(joined, 'not recovered');
    this.#inside = true;
    this.last = 'joined';
    this.#losses = 0;
    this.#outbox.sendAll();
  }

  /** Begins anew with the latest history, of which it may have some already. */
  #begin(from: Pick<ServerMessageOf<'reset'>, 'epoch' | 'seq' | 'history'>, why: string): void {
    this.resets.push(`${why}: ${JSON.stringify(this.#place)} to ${from.epoch} ${from.seq}`);
    const had = new Set(this.delivered.map(({ id }) => id));
    this.#place = undefined;
    for (const entry of from.history) {
      if (entry.type === 'message' && !had.has(entry.id ?? '')) {
        this.delivered.push({ epoch: entry.epoch, seq: entry.seq, id: entry.id ?? '' });
      }
    }
    this.#place = { epoch: from.epoch, seq: from.seq };
  }

  #entry(epoch: string, seq: number, id: string): void {
    const place = this.#place;
    if (place?.epoch === epoch && seq !== place.seq + 1) this.faults.push(`${seq} after ${place.seq}`);
    else if (place && place.epoch !== epoch) this.faults.push(`epoch ${epoch} after ${place.epoch} without a word`);
    this.delivered.push({ epoch, seq, id });
    this.#place = { epoch, seq };
  }

  #ack({ id, epoch, seq }: ServerMessageOf<'ack'>): void {
    const known = this.acked.get(id);
    if (known && (known.epoch !== epoch || known.seq !== seq)) this.faults.push(`${id} at ${known.seq} and at ${seq}`);
    this.acked.set(id, { epoch, seq, id });
    this.#outbox.pending.delete(id);
  }

  #refused(socket: WebSocket, { code, id, retryAfterMs = RETRY_MS }: ServerMessageOf<'error'>): void {
    this.#cuts.note(`error ${code}`);
    this.last = `${this.last} error:${code}:${id ?? ''}`.slice(-300);
    const pauseMs = retryAfterMs * (1 + this.#cuts.unit());
    if (id !== undefined && this.pending.has(id)) {
      this.#outbox.postpone(id, pauseMs);
    } else if (!this.#inside) {
      // The key of its first session never arrived, and that one keeps the name for a while.
      if (code === 'name-taken') this.#username += 'x';
      this.#later(() => this.#socket === socket && !this.#inside && this.#join(), pauseMs);
    } else if (code !== 'unavailable' && code !== 'already-joined') this.faults.push(`refused: ${code}`);
  }

  #send(id: string, message: string): void {
    const socket = this.#socket;
    if (!socket || !this.#inside) return;
    if (this.#cuts.happens('before send')) {
      socket.terminate();
      return;
    }
    this.#write(socket, { type: 'message', room: this.room, id, message });
    // By now it may be in a buffer, at the server, at Redis or on the way back: chance decides.
    if (this.#cuts.happens('after send')) this.#later(() => socket.terminate(), 20 * this.#cuts.unit());
  }

  /** Comes back after a while: all of it by chance, twice as long at most after each failure. */
  #pause(): void {
    const mostMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#losses, LONGEST_PAUSE_MS);
    this.#losses += 1;
    this.#later(() => this.#connect(), mostMs * this.#cuts.unit());
  }

  #write(socket: WebSocket, message: object): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message), () => undefined);
  }

  #later(task: () => unknown, delayMs: number): NodeJS.Timeout {
    return setTimeout(() => this.#stopped || task(), delayMs);
  }
}
