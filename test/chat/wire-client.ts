import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Heard } from './stage.ts';

/** A chat client over a real socket, of a library that this project did not write. It waits on messages, never on time. */
export class WireClient {
  readonly socket: WebSocket;
  readonly heard: Heard[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  #wake: (() => void) | undefined;
  #read = 0;

  constructor(url: string, protocols: string[] = []) {
    this.socket = new WebSocket(url, protocols, { perMessageDeflate: false });
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(String(data)) as Heard);
      this.#wake?.();
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  static async connect(url: string, protocols: string[] = []): Promise<WireClient> {
    const client = new WireClient(url, protocols);
    await once(client.socket, 'open');
    return client;
  }

  /** Connects, joins and waits until the server has let it in. */
  static async join(url: string, username: string, room?: string): Promise<WireClient> {
    const client = await WireClient.connect(url);
    client.say({ type: 'join', username, room });
    await client.until((heard) => heard.type === 'join' && heard.username === username);
    return client;
  }

  say(value: unknown): void {
    this.socket.send(JSON.stringify(value));
  }

  /** The next message that was not read yet. */
  async next(): Promise<Heard> {
    for (;;) {
      const heard = this.heard[this.#read];
      if (heard) {
        this.#read++;
        return heard;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Reads on to the first message that is as wished, and gives it. */
  async until(wished: (heard: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const heard = await this.next();
      if (wished(heard)) return heard;
    }
  }
}
