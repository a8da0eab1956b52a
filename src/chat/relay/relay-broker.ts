import type * as rooms from '../../rooms/index.ts';
import { isRelayed, type RelayChannel, type RelayedCall, type RelayNews } from './relay-wire.ts';

type Answer<T> = Promise<T | rooms.Refused>;

interface Waiting {
  readonly settle: (answer: unknown) => void;
  readonly until: number;
  readonly subscribes: boolean;
}

const UNAVAILABLE: rooms.Refused = Object.freeze({ refusal: 'unavailable' });
/** After how long a call counts as unanswered, how often that is looked at, and how many may wait. */
const ANSWER_MS = 2000;
const LOOK_MS = 500;
const MAX_WAITING = 20_000;
const CLOSE_MS = 1000;

/** A `Broker` in a worker, which has a broker in memory of another process do everything. See `serveRelay`. */
export class RelayBroker implements rooms.Broker {
  readonly node: string;
  readonly #channel: RelayChannel;
  readonly #events: rooms.BrokerEvents;
  readonly #waiting = new Map<number, Waiting>();
  readonly #looks: NodeJS.Timeout;
  #state: rooms.BrokerState = 'degraded';
  #calls = 0;
  /** What came after the answer to a subscription, until whoever waited for that has it. */
  #inbox: RelayNews[] | undefined;
  #closing: (() => void) | undefined;
  #closed = false;

  /** `node` is a name that no other node has or had. */
  constructor(node: string, channel: RelayChannel, events: rooms.BrokerEvents) {
    this.node = node;
    this.#channel = channel;
    this.#events = events;
    channel.onMessage((message) => {
      if (isRelayed(message)) this.#take(message as RelayNews);
    });
    channel.onGone(() => this.#lose());
    channel.send({ relay: 'connect', node });
    this.#looks = setInterval(() => this.#giveUpOn(performance.now()), LOOK_MS).unref();
  }

  get state(): rooms.BrokerState {
    return this.#state;
  }

  subscribe(room: string, founding?: rooms.Founding): Answer<rooms.Subscription> {
    return this.#ask('subscribe', room, founding);
  }

  unsubscribe(room: string): void {
    this.#say('unsubscribe', room);
  }

  publish(room: string, publication: rooms.Publication): Answer<rooms.Published> {
    return this.#ask('publish', room, publication);
  }

  findPublished(room: string, sender: string, id: string): Answer<rooms.Published> {
    return this.#ask('findPublished', room, sender, id);
  }

  read(room: string, range: rooms.ReadRange): Answer<rooms.Page> {
    return this.#ask('read', room, range);
  }

  rules(room: string): Answer<rooms.RulesRecord> {
    return this.#ask('rules', room);
  }

  renew(room: string, seen: rooms.Position): Answer<{ readonly head: rooms.Head; readonly refusal?: undefined }> {
    return this.#ask('renew', room, seen);
  }

  survey(names: readonly string[]): Answer<rooms.Survey> {
    return this.#ask('survey', names);
  }

  whisper(room: string, sender: string, payload: string): void {
    this.#say('whisper', room, sender, payload);
  }

  attend(room: string, change: rooms.PresenceChange): void {
    this.#say('attend', room, change);
  }

  attendance(room: string): Answer<rooms.Attendance> {
    return this.#ask('attendance', room);
  }

  list(after: string, limit: number): Answer<rooms.RoomList> {
    return this.#ask('list', after, limit);
  }

  putRecord(key: string, value: string, ttlMs: number, when: rooms.RecordCondition): Answer<rooms.RecordResult> {
    return this.#ask('putRecord', key, value, ttlMs, when);
  }

  getRecord(key: string): Answer<rooms.RecordResult> {
    return this.#ask('getRecord', key);
  }

  deleteRecord(key: string, when: Exclude<rooms.RecordCondition, 'absent'>): Answer<rooms.RecordResult> {
    return this.#ask('deleteRecord', key, when);
  }

  signal(node: string, payload: string): void {
    this.#say('signal', node, payload);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const up = this.#state === 'up';
    this.#end();
    if (!up) return;
    await new Promise<void>((resolve) => {
      const alarm = setTimeout(resolve, CLOSE_MS);
      this.#closing = () => {
        clearTimeout(alarm);
        resolve();
      };
      this.#channel.send({ relay: 'close' });
    });
  }

  #say(name: RelayedCall, ...args: unknown[]): void {
    if (this.#state === 'up') this.#channel.send({ relay: 'call', name, number: 0, args });
  }

  #ask<T>(name: RelayedCall, ...args: unknown[]): Answer<T> {
    if (this.#state === 'degraded' || this.#waiting.size >= MAX_WAITING) return Promise.resolve(UNAVAILABLE);
    this.#calls += 1;
    const number = this.#calls;
    return new Promise((resolve) => {
      const settle = resolve as (answer: unknown) => void;
      this.#waiting.set(number, { settle, until: performance.now() + ANSWER_MS, subscribes: name === 'subscribe' });
      this.#channel.send({ relay: 'call', name, number, args });
    });
  }

  #take(news: RelayNews): void {
    if (this.#inbox) this.#inbox.push(news);
    else if (news.relay === 'answer') this.#settle(news);
    else if (news.relay === 'event') this.#hear(news);
    else if (news.relay === 'closed') this.#closing?.();
    else if (!this.#closed) this.#tell('up');
  }

  #settle({ number, answer }: Extract<RelayNews, { relay: 'answer' }>): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    waiting?.settle(answer);
    if (!waiting?.subscribes) return;
    this.#inbox = [];
    setImmediate(() => {
      const inbox = this.#inbox ?? [];
      this.#inbox = undefined;
      for (const news of inbox) this.#take(news);
    });
  }

  #hear({ name, args }: Extract<RelayNews, { relay: 'event' }>): void {
    if (this.#closed) return;
    const tell = this.#events[name] as (...args: readonly unknown[]) => void;
    tell.apply(this.#events, [...args]);
  }

  #giveUpOn(nowMs: number): void {
    for (const [number, { settle, until }] of this.#waiting) {
      if (until > nowMs) return;
      this.#waiting.delete(number);
      settle(UNAVAILABLE);
    }
  }

  #lose(): void {
    this.#closing?.();
    if (this.#closed) return;
    this.#tell('degraded');
    this.#giveUpOn(Number.POSITIVE_INFINITY);
  }

  #tell(state: rooms.BrokerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.state(state);
  }

  #end(): void {
    this.#closed = true;
    this.#state = 'degraded';
    clearInterval(this.#looks);
    this.#giveUpOn(Number.POSITIVE_INFINITY);
  }
}
