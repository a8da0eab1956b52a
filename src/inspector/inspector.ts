import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { parseWebSocketUrl, steadyNow, WebSocketServer, type WebSocketTarget } from '../node/index.ts';
import { readAssets } from './assets.ts';
import { Conversations } from './conversations.ts';
import { exportAt } from './downloads.ts';
import { Feed, type Mode } from './feed.ts';
import { Front } from './front.ts';
import { Journal } from './journal.ts';
import { servePage } from './page-server.ts';
import { Recorder } from './recorder.ts';
import { replay } from './replay.ts';

/** What an inspector does. Without `target` and `replay` its page only decodes what is pasted into it. */
export interface InspectorOptions {
  /** The URL of the server that connections are relayed to. */
  readonly target?: string | undefined;
  /** Takes certificates that are not trusted. Default false. */
  readonly insecure?: boolean;
  /** The file that everything is recorded into; only with `target`. */
  readonly record?: string | undefined;
  /** A recording to show. */
  readonly replay?: string | undefined;
  /** The names under which the page may be opened, against DNS rebinding. Default: any. */
  readonly hosts?: readonly string[] | undefined;
}

/** A proxy that shows what passes through it. */
export interface Inspector {
  /** Starts to listen and resolves with the address. Rejects with the system's error when it cannot. */
  listen(where: { readonly host: string; readonly port: number }): Promise<AddressInfo>;
  /** Ends every connection, and resolves when all that was recorded is in its file. */
  close(): Promise<void>;
}

/**
 * An inspector: a server that relays WebSockets to a target as they are, with a page at `/` that shows every frame.
 *
 * Rejects with a DOMException for a target that is no WebSocket URL, with the system's error for a file that cannot be read or
 * written, with a SyntaxError for one that is no recording, and with an Error when the package was not built.
 */
export async function createInspector(options: InspectorOptions = {}): Promise<Inspector> {
  const target = options.target === undefined ? undefined : parseWebSocketUrl(options.target);
  const inspector = new RunningInspector(options, target);
  if (options.replay !== undefined) await inspector.replay(options.replay);
  if (options.record !== undefined) await inspector.record(options.record);
  return inspector;
}

class RunningInspector implements Inspector {
  readonly #journal = new Journal();
  readonly #began = steadyNow();
  readonly #conversations: Conversations;
  readonly #feed: Feed;
  readonly #pages: WebSocketServer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #notes: string[] = [];
  readonly #mode: Mode;
  #target: string;
  #startedAt = Date.now();
  #recorder: Recorder | undefined;

  constructor(options: InspectorOptions, target: WebSocketTarget | undefined) {
    const { insecure = false, hosts } = options;
    this.#mode = target !== undefined ? 'relay' : options.replay !== undefined ? 'replay' : 'offline';
    this.#target = target === undefined ? '' : withoutPassword(target.url);
    // Microseconds, which is finer than the times are true.
    const now = (): number => Math.round((steadyNow() - this.#began) * 1000) / 1000;
    this.#conversations = new Conversations(this.#journal, now, (event) => this.#recorder?.write(event));
    this.#feed = new Feed(
      this.#journal,
      {
        hello: () => ({
          mode: this.#mode,
          target: this.#target,
          startedAt: new Date(this.#startedAt).toISOString(),
          notes: this.#notes,
        }),
        totals: () => this.#conversations.totals(),
      },
      now,
    );
    this.#pages = this.#createPages(hosts);
    const front = new Front({
      target,
      insecure,
      conversations: this.#conversations,
      own: (socket, received) => {
        this.#pages.accept(socket, undefined, received);
        socket.resume();
      },
    });
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: false }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      front.take(socket);
    });
  }

  async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<AddressInfo> {
    this.#server.listen({ host, port });
    await once(this.#server, 'listening');
    return this.#server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    this.#feed.close();
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.#server.close();
    this.#conversations.closeAll();
    await this.#pages.shutdown({ deadlineMs: 1_000 });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await this.#recorder?.close();
  }

  /** Shows a recording. */
  async replay(path: string): Promise<void> {
    const { start, conversations } = await replay(path, this.#journal);
    this.#conversations.adopt(conversations);
    this.#target = start.target;
    this.#startedAt = Date.parse(start.started_at);
  }

  /** Records from here on. */
  async record(path: string): Promise<void> {
    const start = {
      schema: 1,
      type: 'ws101-inspection',
      target: this.#target,
      started_at: new Date(this.#startedAt).toISOString(),
    } as const;
    this.#recorder = await Recorder.create(path, start, (note) => {
      this.#notes.push(note);
      this.#feed.note(note);
    });
  }

  #createPages(hosts: readonly string[] | undefined): WebSocketServer {
    const contents = {
      assets: readAssets(),
      hosts,
      download: (path: string, query: URLSearchParams) =>
        exportAt(path, query, () => ({
          entries: this.#journal.newest(),
          target: this.#target,
          startedAt: this.#startedAt,
        })),
    };
    const pages = new WebSocketServer({
      ...(hosts === undefined ? {} : { hosts }),
      maxMessageBytes: 1024,
      fallback: (request, response) => servePage(contents, request, response),
    });
    return pages.route('/.inspector/feed', {
      open: (connection) => this.#feed.add(connection),
      // Pages only listen.
      message: () => undefined,
      close: (connection) => this.#feed.remove(connection),
    });
  }
}

function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.username = shown.password = '';
  return shown.href;
}
