import { connect, type Socket } from 'node:net';
import { encodeFrame, Opcode } from '../../src/codec/index.ts';

/** A frame as it came from the server. */
export interface RawFrame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

/** An HTTP response without its body. */
export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** The key of RFC 6455 §1.3. */
export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const MASK_KEY = 0x37fa213d;

/** The head of a valid opening handshake, with `fields` over its own; `undefined` leaves one out. */
export function upgradeHead(path: string = '/', fields: Readonly<Record<string, string | undefined>> = {}): string {
  return requestHead(`GET ${path} HTTP/1.1`, {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...fields,
  });
}

export function requestHead(line: string, fields: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(fields).filter(([, value]) => value !== undefined);
  return [line, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
}

/** A whole masked frame, as a client sends it. */
export function frame(opcode: number, payload: string | Uint8Array = '', fin: boolean = true): Uint8Array {
  return encodeFrame(opcode, Buffer.from(payload as string), { fin, maskKey: MASK_KEY });
}

export function text(payload: string): Uint8Array {
  return frame(Opcode.TEXT, payload);
}

/** A close frame with this code. */
export function close(code?: number, reason: string = ''): Uint8Array {
  if (code === undefined) return frame(Opcode.CLOSE);
  return frame(Opcode.CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

/** One end of a TCP connection that sends any bytes and keeps what comes until it is asked for. */
export class RawClient {
  readonly socket: Socket;
  /** How many reads brought bytes. */
  reads = 0;
  #bytes = Buffer.alloc(0);
  #ended = false;
  #closed = false;
  #wake: (() => void)[] = [];

  constructor(port: number, host: string = '127.0.0.1') {
    // It reads from the start, so that nothing comes together that the server wrote apart.
    this.socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (chunk) => {
      this.reads++;
      this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
      this.#signal();
    });
    this.socket.on('end', () => {
      this.#ended = true;
      this.#signal();
    });
    this.socket.on('close', () => {
      this.#ended = true;
      this.#closed = true;
      this.#signal();
    });
    this.socket.on('error', () => {});
    opened.add(this);
  }

  /** A connection on which the opening handshake was done, `early` sent together with its head. */
  static async open(port: number, path: string = '/', ...early: Uint8Array[]): Promise<RawClient> {
    const client = new RawClient(port);
    client.send(upgradeHead(path), ...early);
    const { status, text } = await client.response();
    if (status !== 101) throw new Error(`refused: ${text}`);
    return client;
  }

  /** Writes everything in one piece. */
  send(...pieces: (string | Uint8Array)[]): void {
    this.socket.write(
      Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece))),
    );
  }

  /** Writes in one piece and waits until the kernel has it. */
  sent(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }

  /** Waits for as many bytes as `measure` finds enough, and takes them. */
  async take(measure: (bytes: Buffer) => number | undefined): Promise<Buffer> {
    for (;;) {
      const length = measure(this.#bytes);
      if (length !== undefined && length <= this.#bytes.length) {
        const taken = this.#bytes.subarray(0, length);
        this.#bytes = this.#bytes.subarray(length);
        return taken;
      }
      if (this.#ended) throw new Error(`the server ended after ${this.#bytes.toString('hex') || 'nothing'}`);
      await this.#change();
    }
  }

  async response(): Promise<RawResponse> {
    const head = await this.take((bytes) => lengthThrough(bytes, '\r\n\r\n'));
    const [line = '', ...fields] = head.toString('latin1').trimEnd().split('\r\n');
    const headers = new Map(fields.map((field) => splitField(field)));
    return { status: Number(line.split(' ')[1]), headers, text: head.toString('latin1') };
  }

  /** A whole response with a Content-Length. */
  async answer(): Promise<RawResponse & { body: string }> {
    const response = await this.response();
    const length = Number(response.headers.get('content-length'));
    return { ...response, body: (await this.take(() => length)).toString('utf8') };
  }

  async frame(): Promise<RawFrame> {
    let at = 0;
    const bytes = await this.take((all) => {
      if (all.length < 2) return undefined;
      const short = all[1]! & 0x7f;
      at = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (all.length < at) return undefined;
      const length = short < 126 ? short : short === 126 ? all.readUInt16BE(2) : Number(all.readBigUInt64BE(2));
      return at + length;
    });
    const [first = 0, second = 0] = bytes;
    return {
      fin: first >= 0x80,
      rsv: (first >> 4) & 7,
      opcode: first & 15,
      masked: second >= 0x80,
      payload: bytes.subarray(at),
    };
  }

  /** The next frame, which must be a text frame. */
  async text(): Promise<string> {
    const { opcode, payload } = await this.frame();
    if (opcode !== Opcode.TEXT) throw new Error(`opcode ${opcode} instead of a text: ${payload.toString('hex')}`);
    return payload.toString('utf8');
  }

  /** The code of the next frame, which must be a close frame. */
  async closeCode(): Promise<number | undefined> {
    const { opcode, payload } = await this.frame();
    if (opcode !== Opcode.CLOSE) throw new Error(`opcode ${opcode} instead of a close: ${payload.toString('hex')}`);
    return payload.length === 0 ? undefined : payload.readUInt16BE(0);
  }

  /** Everything up to the server's FIN, or its RST. */
  async rest(): Promise<Buffer> {
    while (!this.#ended) await this.#change();
    return this.#bytes;
  }

  /** Ends this half too and waits until nothing is left of the connection. */
  async gone(): Promise<void> {
    this.socket.end();
    this.socket.resume();
    while (!this.#closed) await this.#change();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #signal(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

const opened = new Set<RawClient>();

/** Leaves no socket of a test behind. */
export function dropClients(): void {
  for (const { socket } of opened) socket.destroy();
  opened.clear();
}

function lengthThrough(bytes: Buffer, end: string): number | undefined {
  const at = bytes.indexOf(end);
  return at < 0 ? undefined : at + end.length;
}

function splitField(field: string): [name: string, value: string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}
