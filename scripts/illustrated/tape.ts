import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { End, RecordedConnection, Turn } from './recording.ts';

/** A TCP server that passes every byte on to another one, unchanged, and remembers who sent it. For one client at a time. */
export class Tape {
  readonly #server: Server;
  #heard: Record<End, Uint8Array[]> = { client: [], server: [] };
  #turns: Turn[] = [];
  #ended: End[] = [];

  /** @param target the port of the server behind it, on the loopback interface */
  private constructor(target: number) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
      this.#pass('client', client, server);
      this.#pass('server', server, client);
    });
  }

  static async start(target: number): Promise<Tape> {
    const tape = new Tape(target);
    tape.#server.listen(0, '127.0.0.1');
    await once(tape.#server, 'listening');
    return tape;
  }

  /** A socket that leads through the tape to the server behind it. */
  connect(): Socket {
    const { port } = this.#server.address() as AddressInfo;
    return connect({ port, host: '127.0.0.1' });
  }

  /** Everything that one end has said since its last turn becomes a turn with this name. */
  turn(id: string, from: End): Uint8Array {
    const bytes = Buffer.concat(this.#heard[from]);
    this.#heard[from] = [];
    this.#turns.push({ id, from, bytes });
    return bytes;
  }

  /**
   * The connection that has just ended.
   *
   * @throws Error when it has not, or when something was said that is part of no turn
   */
  finish(name: string): RecordedConnection {
    const [endedBy] = this.#ended;
    if (endedBy === undefined) throw new Error(`${name} has not ended`);
    const left = [...this.#heard.client, ...this.#heard.server];
    if (left.length > 0) throw new Error(`${name} has bytes that are part of no turn`);
    const turns = this.#turns;
    this.#turns = [];
    this.#ended = [];
    return { name, turns, endedBy };
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #pass(end: End, source: Socket, target: Socket): void {
    source.on('data', (bytes) => {
      this.#heard[end].push(bytes);
      target.write(bytes);
    });
    source.on('end', () => {
      this.#ended.push(end);
      target.end();
    });
    source.on('error', () => target.destroy());
  }
}
