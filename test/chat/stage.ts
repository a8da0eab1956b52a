import { Chat } from '../../src/chat/chat.ts';
import type { ChatOptions } from '../../src/chat/chat-options.ts';
import type { ChatSession } from '../../src/chat/chat-session.ts';
import type { DeliveryStatus } from '../../src/rooms/index.ts';

/** What a client reads, with every field that any message may have. */
export interface Heard {
  readonly type: string;
  readonly room?: string;
  readonly username?: string;
  readonly usernames?: readonly string[];
  readonly count?: number;
  readonly message?: string;
  readonly timestamp?: string;
  readonly code?: string;
  readonly retryAfterMs?: number;
}

/** A clock that stands still until it is told to go on. */
export class ManualClock {
  #now = Date.parse('2025-01-31T12:00:00.000Z');
  #alarms: { at: number; task: () => void }[] = [];

  now = (): number => this.#now;

  schedule = (delayMs: number, task: () => void): (() => void) => {
    const alarm = { at: this.#now + delayMs, task };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  };

  get alarms(): number {
    return this.#alarms.length;
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#alarms.filter(({ at }) => at <= this.#now);
    this.#alarms = this.#alarms.filter(({ at }) => at > this.#now);
    for (const { task } of due) task();
  }
}

/** A client of a chat without sockets: it keeps the JSON that it is sent. */
export class Client {
  readonly session: ChatSession<string>;
  readonly frames: string[] = [];
  status: DeliveryStatus = 'ok';
  closedWith: { code: number; reason: string } | undefined;

  constructor(chat: Chat<string>) {
    this.session = chat.connect({
      send: (json) => {
        if (this.closedWith) return 'closed';
        if (this.status !== 'dropped') this.frames.push(json);
        return this.status;
      },
      close: (code, reason) => {
        this.closedWith ??= { code, reason };
      },
    });
  }

  /** Sends a value as JSON, a string as it is. */
  say(value: unknown): this {
    this.session.receive(typeof value === 'string' ? value : JSON.stringify(value));
    return this;
  }

  /** What it was sent since it was last asked. */
  take(): Heard[] {
    return this.frames.splice(0).map((json) => JSON.parse(json) as Heard);
  }

  /** The code of the only thing that it was sent since it was last asked, if that is an error. */
  takeCode(): string | undefined {
    const heard = this.take();
    return heard.length === 1 && heard[0]?.type === 'error' ? heard[0].code : undefined;
  }
}

/** A chat with a clock that stands still, and a way to bring clients in. `prepared` counts the encodings. */
export function stage(options?: ChatOptions): {
  chat: Chat<string>;
  clock: ManualClock;
  encodings: () => number;
  client: () => Client;
  member: (username: string, room?: string) => Client;
} {
  const clock = new ManualClock();
  let encodings = 0;
  const prepare = (json: string) => {
    encodings++;
    return json;
  };
  const chat = new Chat<string>({ prepare, now: clock.now, schedule: clock.schedule }, options);
  const client = () => new Client(chat);
  const member = (username: string, room?: string) => {
    const made = client().say({ type: 'join', username, room });
    const answer = made.take()[0];
    if (answer?.type !== 'join') throw new Error(`${username} did not get in: ${answer?.code}`);
    return made;
  };
  return { chat, clock, encodings: () => encodings, client, member };
}
