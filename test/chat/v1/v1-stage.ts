import { Chat } from '../../../src/chat/chat.ts';
import type { ConnectionFacts } from '../../../src/chat/chat-connection.ts';
import type { ChatOptions } from '../../../src/chat/chat-options.ts';
import type { ChatSession } from '../../../src/chat/chat-session.ts';
import type { ServerMessageOf, ServerMessageV1, ServerType } from '../../../src/chat/v1/messages.ts';
import { readServerMessage } from '../../../src/chat/v1/read-message.ts';
import type { DeliveryStatus } from '../../../src/rooms/index.ts';
import { MemoryBroker } from '../../../src/rooms/index.ts';
import { Client, ManualClock } from '../stage.ts';

/** A client of `ws101.chat.v1` without sockets. Whatever it is sent must be in the table of messages. */
export class V1Client {
  readonly session: ChatSession<string>;
  readonly heard: ServerMessageV1[] = [];
  status: DeliveryStatus = 'ok';
  closedWith: { code: number; reason: string } | undefined;

  constructor(chat: Chat<string>, facts: ConnectionFacts = {}) {
    this.session = chat.connect(
      {
        send: (json) => {
          if (this.closedWith) return 'closed';
          if (this.status === 'dropped') return this.status;
          const message = readServerMessage(json);
          if (message === undefined) throw new Error(`not in the table of messages: ${json}`);
          const known = Object.keys({ ...message }).length;
          if (Object.keys(JSON.parse(json) as object).length !== known) throw new Error(`unknown fields: ${json}`);
          this.heard.push({ ...message });
          return this.status;
        },
        close: (code, reason) => {
          this.closedWith ??= { code, reason };
        },
      },
      { ...facts, dialect: 'v1' },
    );
  }

  /** Sends a value as JSON, a string as it is. */
  say(value: object | string): this {
    void this.session.receive(typeof value === 'string' ? value : JSON.stringify(value));
    return this;
  }

  /** What it was sent since it was last asked. */
  take(): ServerMessageV1[] {
    return this.heard.splice(0);
  }

  /** The types of what it was sent since it was last asked. */
  takeTypes(): string[] {
    return this.take().map(({ type }) => type);
  }

  /** The last message of a type among those that were not taken. */
  last<Type extends ServerType>(type: Type): ServerMessageOf<Type> {
    const found = [...this.heard].reverse().find((message) => message.type === type);
    if (!found) throw new Error(`no ${type} among ${JSON.stringify(this.heard)}`);
    return found as ServerMessageOf<Type>;
  }

  /** The code of the last error. */
  get code(): string {
    return this.last('error').code;
  }

  /** The texts of a room that it was sent and that were not taken. */
  get texts(): (string | undefined)[] {
    return this.heard.flatMap((message) => (message.type === 'message' ? [message.message] : []));
  }
}

/** Chats on several nodes over one broker in memory, with a clock that stands still. */
export function v1Stage(options?: Omit<ChatOptions, 'broker'>) {
  const clock = new ManualClock();
  let epochs = 0;
  const memory = new MemoryBroker({ now: clock.now, newEpoch: () => `e${++epochs}` });
  let nodes = 0;
  let encodings = 0;
  const prepare = (json: string) => {
    encodings++;
    return json;
  };
  const node = () => {
    const name = `n-${++nodes}`;
    const ports = { prepare, now: clock.now, schedule: clock.schedule };
    return new Chat<string>(ports, { ...options, broker: (events) => memory.connect(name, events) });
  };
  const chat = node();
  const client = (facts?: ConnectionFacts, on: Chat<string> = chat) => new V1Client(on, facts);
  return {
    chat,
    clock,
    memory,
    node,
    client,
    encodings: () => encodings,
    plain: (on: Chat<string> = chat) => new Client(on),
    /** A client that has its name and its session. */
    named: (username: string, on: Chat<string> = chat) => client({}, on).say({ type: 'hello', username }),
    /** A client that is in a room. */
    member(username: string, room = 'lobby', on: Chat<string> = chat) {
      const made = client({}, on).say({ type: 'hello', username }).say({ type: 'join', room });
      if (made.heard.at(-1)?.type !== 'joined') throw new Error(`${username}: ${JSON.stringify(made.heard)}`);
      return made;
    },
  };
}
