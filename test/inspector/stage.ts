import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { EntryJson, FrameJson } from '../../src/inspector/entry-json.ts';
import type { Hello, Totals, Update } from '../../src/inspector/feed.ts';
import { createInspector, type Inspector, type InspectorOptions } from '../../src/inspector/index.ts';
import { WebSocket } from '../../src/node/index.ts';
import { ScriptedPeer } from '../../src/testing/index.ts';

/** An inspector on a port of its own, with whatever a test opened around it. */
export class Stage {
  readonly #closing: (() => unknown)[] = [];

  /** A TCP server whose every connection is given to `take`; gives its port. */
  async listen(take: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server: Server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      take(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#closing.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  }

  /** A target that a script plays. */
  target(script: (peer: ScriptedPeer) => unknown): Promise<number> {
    return this.listen((socket) => void script(new ScriptedPeer(socket, 'server')));
  }

  /** Starts an inspector and gives its port. */
  async inspect(options: InspectorOptions): Promise<number> {
    const inspector: Inspector = await createInspector(options);
    this.#closing.push(() => inspector.close());
    return (await inspector.listen({ host: '127.0.0.1', port: 0 })).port;
  }

  /** A client that sends any bytes. */
  async client(port: number): Promise<ScriptedPeer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    this.#closing.push(() => socket.destroy());
    await once(socket, 'connect');
    return new ScriptedPeer(socket, 'client');
  }

  /** What a page sees. */
  async viewer(port: number): Promise<Viewer> {
    const viewer = new Viewer(new WebSocket(`ws://127.0.0.1:${port}/.inspector/feed`));
    this.#closing.push(() => viewer.socket.close());
    await viewer.until(() => viewer.hello !== undefined);
    return viewer;
  }

  /** Something to be closed at the end. */
  also(close: () => unknown): void {
    this.#closing.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }
}

/** A page without a browser: keeps what the feed tells. */
export class Viewer {
  readonly socket: WebSocket;
  readonly entries: EntryJson[] = [];
  readonly notes: string[] = [];
  hello: Hello | undefined;
  totals: Totals | undefined;
  skipped = 0;
  batches = 0;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      const told = JSON.parse(String(data)) as Hello | Update;
      if (told.type === 'note') this.notes.push(told.note);
      else {
        if (told.type === 'hello') this.hello = told;
        else this.batches++;
        this.entries.push(...told.entries);
        this.skipped += told.skipped;
        this.totals = told.totals;
      }
      this.#wake();
    };
  }

  get frames(): FrameJson[] {
    return this.entries.filter((entry): entry is FrameJson => entry.kind === 'frame');
  }

  /** Resolves once `holds`; every message of the feed asks again. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Resolves with the entry that ends connection `connection`. */
  async ended(connection = 1): Promise<Extract<EntryJson, { kind: 'end' }>> {
    const find = (): EntryJson | undefined =>
      this.entries.find((entry) => entry.kind === 'end' && entry.connection === connection);
    await this.until(() => find() !== undefined);
    return find() as Extract<EntryJson, { kind: 'end' }>;
  }
}

/** The opening of a client, with any further fields. */
export function upgrade(path: string, fields: Readonly<Record<string, string>> = {}): string {
  const all = {
    Host: 'inspector.test',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...fields,
  };
  return `GET ${path} HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
}
