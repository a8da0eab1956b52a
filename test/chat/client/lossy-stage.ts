import type { ChatSession } from '../../../src/chat/chat-session.ts';
import { ChatClient } from '../../../src/chat/client/chat-client.ts';
import type { ClientEvent, ClientRequest, ClientStep } from '../../../src/chat/client/client-event.ts';
import type { v1Stage } from '../v1/v1-stage.ts';

type Stage = ReturnType<typeof v1Stage>;

/** A client on a line that can be cut: what is on its way, either way, is lost then. */
export class LossyClient {
  readonly client: ChatClient;
  readonly events: ClientEvent[] = [];
  readonly toServer: string[] = [];
  readonly toClient: string[] = [];
  readonly #stage: Stage;
  #session: ChatSession<string> | undefined;

  constructor(stage: Stage, username: string) {
    this.#stage = stage;
    this.client = new ChatClient({ username, idPrefix: `${username}.1` });
  }

  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  open(): this {
    if (this.isOpen) return this;
    const session: ChatSession<string> = this.#stage.chat.connect(
      {
        send: (json) => {
          if (this.#session === session || this.#session === undefined) this.toClient.push(json);
          return 'ok';
        },
        close: () => {
          if (this.#session === session) this.cut();
        },
      },
      { dialect: 'v1' },
    );
    this.#session = session;
    this.#take(this.client.opened(this.#stage.clock.now()));
    return this;
  }

  cut(): void {
    const session = this.#session;
    this.#session = undefined;
    this.toServer.length = 0;
    this.toClient.length = 0;
    this.client.lost();
    session?.end();
  }

  ask(request: ClientRequest): this {
    this.#take(this.client.request(request, this.#stage.clock.now()));
    return this;
  }

  /** Carries one message to the server. */
  up(): boolean {
    const json = this.toServer.shift();
    if (json !== undefined) void this.#session?.receive(json);
    return json !== undefined;
  }

  /** Carries one message to the client. */
  down(): boolean {
    const json = this.toClient.shift();
    if (json !== undefined) this.hear(json);
    return json !== undefined;
  }

  hear(json: string): void {
    this.#take(this.client.received(json, this.#stage.clock.now()));
  }

  /** Carries everything, both ways, until there is nothing. */
  settle(): this {
    while (this.up() || this.down());
    return this;
  }

  /** Sends what the time has come for. */
  wake(): void {
    const { dueAt } = this.client;
    if (this.isOpen && dueAt !== undefined && dueAt <= this.#stage.clock.now())
      this.#take(this.client.due(this.#stage.clock.now()));
  }

  /** The events of a kind since it was last asked for all. */
  of<Kind extends ClientEvent['kind']>(kind: Kind): Extract<ClientEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<ClientEvent, { kind: Kind }> => event.kind === kind);
  }

  /** What it was shown of a room, or of the mailbox. */
  texts(room: string | undefined): (string | undefined)[] {
    return this.of('entry').flatMap(({ message }) => {
      const log = message.type === 'direct' ? undefined : message.room;
      return log === room && 'message' in message ? [message.message] : [];
    });
  }

  #take({ send, events }: ClientStep): void {
    if (this.isOpen) this.toServer.push(...send);
    this.events.push(...events);
  }
}
