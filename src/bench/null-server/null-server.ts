import { createServer, type Server, type Socket } from 'node:net';
import { acceptKey } from '../../handshake/index.ts';
import { Replies } from './replies.ts';

/** A server that {@link createNullServer} made. */
export interface NullServer {
  readonly port: number;
  /** Ends it and every connection. */
  close(): Promise<void>;
}

const HEAD_END = '\r\n\r\n';
const HEAD_BYTES = 16 * 1024;

/**
 * Starts a server that does the least that any server can do, to find out how fast a load generator is: it counts the bytes
 * that come in and writes a prebuilt frame for every so many of them, without looking at them.
 *
 * The target of the request says which, in numbers of bytes:
 *
 * - `/echo?in=N&out=M&head=HEX`: for every N bytes, M bytes that begin with `head`, to the connection itself;
 * - `/fanout?in=N&out=M&head=HEX`: the same, to all connections at this path.
 *
 * @param port 0 for any
 * @throws what `listen` fails with
 */
export function createNullServer(port: number = 0, host: string = '127.0.0.1'): Promise<NullServer> {
  const sockets = new Set<Socket>();
  const rooms = new Map<string, Set<Socket>>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', new Greeting(socket, rooms).take);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      resolve({ port: portOf(server), close: () => closeAll(server, sockets) });
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Reads the head of a request, answers it, and hands the connection on. */
class Greeting {
  readonly #socket: Socket;
  readonly #rooms: Map<string, Set<Socket>>;
  #head = '';

  constructor(socket: Socket, rooms: Map<string, Set<Socket>>) {
    this.#socket = socket;
    this.#rooms = rooms;
  }

  readonly take = (chunk: Buffer): void => {
    const before = this.#head.length;
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0 && this.#head.length <= HEAD_BYTES) return;
    this.#socket.off('data', this.take);
    const key = /^sec-websocket-key:[ \t]*(\S+)/im.exec(this.#head)?.[1];
    const target = /^GET (\S+) /.exec(this.#head)?.[1];
    const replies = target === undefined ? undefined : Replies.from(target);
    if (end < 0 || key === undefined || target === undefined || replies === undefined) {
      this.#socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    this.#socket.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Accept: ${acceptKey(key)}${HEAD_END}`);
    this.#serve(target, replies, chunk.subarray(end + HEAD_END.length - before));
  };

  #serve(target: string, replies: Replies, leftover: Buffer): void {
    const socket = this.#socket;
    let receivers: Iterable<Socket> = [socket];
    if (target.startsWith('/fanout')) {
      const room = this.#rooms.get(target) ?? new Set<Socket>();
      this.#rooms.set(target, room.add(socket));
      socket.on('close', () => room.delete(socket));
      receivers = room;
    }
    const take = (chunk: Buffer): void => {
      const due = replies.take(chunk.length);
      if (due === undefined) return;
      for (const receiver of receivers) receiver.write(due);
    };
    if (leftover.length > 0) take(leftover);
    socket.on('data', take);
  }
}
