import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { acceptKey } from '../../src/handshake/index.ts';

/** A frame as a client sent it, unmasked. */
export interface SentFrame {
  readonly firstByte: number;
  readonly key: number;
  readonly payload: Buffer;
}

const servers = new Set<Server>();
const sockets = new Set<Socket>();

/** One client at a server that does to it exactly what a test says. */
export class Visitor {
  readonly socket: Socket;
  /** Everything that the client has sent and nobody has read. */
  bytes: Buffer = Buffer.alloc(0);
  ended = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#more(chunk));
    socket.on('end', () => {
      this.ended = true;
      this.#more(Buffer.alloc(0));
    });
    socket.on('error', () => {});
  }

  /** Reads the client's request, without the blank line. */
  async request(): Promise<string> {
    await this.#until(() => this.bytes.includes('\r\n\r\n'));
    const end = this.bytes.indexOf('\r\n\r\n');
    const head = this.bytes.subarray(0, end).toString('latin1');
    this.bytes = this.bytes.subarray(end + 4);
    return head;
  }

  /** Reads the request and gives the answer that a right server gives, with these lines more or instead. */
  async answer(lines: Readonly<Record<string, string | undefined>> = {}, status = '101 Switching Protocols') {
    const accept = acceptOf(await this.request());
    return responseOf({ ...RIGHT, 'Sec-WebSocket-Accept': accept, ...lines }, status);
  }

  /** Reads the request and accepts it. */
  async accept(lines: Readonly<Record<string, string | undefined>> = {}): Promise<void> {
    this.socket.write(await this.answer(lines));
  }

  /** Reads so many frames. */
  async frames(count: number): Promise<SentFrame[]> {
    const frames: SentFrame[] = [];
    while (frames.length < count) {
      const size = frameSize(this.bytes);
      if (size === undefined || size > this.bytes.length) {
        if (this.ended) throw new Error(`the client sent only ${frames.length} frames`);
        await this.#turn();
        continue;
      }
      frames.push(frameOf(this.bytes.subarray(0, size)));
      this.bytes = this.bytes.subarray(size);
    }
    return frames;
  }

  /** Waits until the client has ended its half. */
  async end(): Promise<void> {
    await this.#until(() => this.ended);
  }

  #more(chunk: Buffer): void {
    this.bytes = this.bytes.length === 0 ? chunk : Buffer.concat([this.bytes, chunk]);
    this.#wake?.();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.ended) throw new Error('the client ended early');
      await this.#turn();
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

const RIGHT = { Upgrade: 'websocket', Connection: 'Upgrade' };

/** A response head of these fields; those that are undefined are left out. */
export function responseOf(fields: Readonly<Record<string, string | undefined>>, status: string): string {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`;
}

/** The value of Sec-WebSocket-Accept for this request. */
export function acceptOf(request: string): string {
  return acceptKey(/^sec-websocket-key: (.*)$/im.exec(request)?.[1] ?? '');
}

/** Starts a server that treats every client as the script says; gives its URL. It is gone after the test. */
export async function serveRaw(script: (visitor: Visitor) => unknown, allowHalfOpen = false): Promise<string> {
  const server = createServer({ allowHalfOpen }, (socket) => {
    sockets.add(socket);
    Promise.resolve(script(new Visitor(socket))).catch(() => socket.destroy());
  });
  servers.add(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Registers that no scripted server outlives its test. */
export function endScriptedServers(): void {
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await Promise.all([...servers].map((server) => new Promise((resolve) => server.close(resolve))));
    servers.clear();
  });
}

function frameSize(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  if (short < 126) return 6 + short;
  if (short === 126) return bytes.length < 4 ? undefined : 8 + bytes.readUInt16BE(2);
  return bytes.length < 10 ? undefined : 14 + Number(bytes.readBigUInt64BE(2));
}

function frameOf(bytes: Buffer): SentFrame {
  if ((bytes.readUInt8(1) & 0x80) === 0) throw new Error('a client sent a frame that is not masked');
  const short = bytes.readUInt8(1) & 0x7f;
  const at = short < 126 ? 2 : short === 126 ? 4 : 10;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4).map((byte, i) => byte ^ mask.readUInt8(i % 4)));
  return { firstByte: bytes.readUInt8(0), key: bytes.readUInt32BE(at), payload };
}
