import type { Duplex } from 'node:stream';
import { Opcode } from '../codec/index.ts';
import { acceptKey } from '../handshake/index.ts';
import { frameBytes, type ScriptedFrame, type ScriptedFrameOptions, takeFrame } from './scripted-frame.ts';

/**
 * One end of a connection that does exactly what a test says, right or wrong: it sends any bytes, and reads what the other
 * end sent. A promise of it rejects when the other end leaves before that came.
 */
export class ScriptedPeer {
  readonly transport: Duplex;
  readonly role: 'server' | 'client';
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void)[] = [];

  /** @param role which end it plays; a client masks its frames unless told otherwise */
  constructor(transport: Duplex, role: 'server' | 'client') {
    this.transport = transport;
    this.role = role;
    transport.on('data', (chunk: Uint8Array) => {
      this.#bytes = this.#bytes.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#bytes, chunk]);
      this.#changed();
    });
    transport.on('end', () => this.#gone());
    transport.on('close', () => this.#gone());
    transport.on('error', () => {});
  }

  /** Sends these in one piece; strings by their character codes. */
  send(...pieces: readonly (string | Uint8Array)[]): void {
    this.transport.write(joined(pieces));
  }

  /** Sends these one byte at a time, and resolves when the last was taken. */
  async sendBytewise(...pieces: readonly (string | Uint8Array)[]): Promise<void> {
    for (const byte of joined(pieces)) {
      await new Promise<void>((resolve, reject) => {
        this.transport.write(Uint8Array.of(byte), (error) => (error ? reject(error) : resolve()));
      });
    }
  }

  /** Sends one frame, as right or wrong as the options make it. */
  sendFrame(opcode: number, payload: string | Uint8Array = '', options: ScriptedFrameOptions = {}): void {
    this.send(this.frameBytes(opcode, payload, options));
  }

  /** The bytes of such a frame, to be cut or changed before they are sent. */
  frameBytes(opcode: number, payload: string | Uint8Array = '', options: ScriptedFrameOptions = {}): Uint8Array {
    return frameBytes(opcode, payload, { masked: this.role === 'client', ...options });
  }

  /** Sends a close frame; without a code an empty one. */
  sendClose(code?: number, reason: string = ''): void {
    const payload =
      code === undefined ? '' : Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
    this.sendFrame(Opcode.CLOSE, payload);
  }

  /** As a server: reads the request, answers that it is accepted, and gives the request. Fields go into the answer. */
  async accept(fields: Readonly<Record<string, string>> = {}): Promise<string> {
    const request = await this.readHead();
    const key = /^sec-websocket-key: *(.*?) *$/im.exec(request)?.[1] ?? '';
    const answer = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': acceptKey(key), ...fields };
    const lines = Object.entries(answer).map(([name, value]) => `${name}: ${value}\r\n`);
    this.send(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
    return request;
  }

  /** The next HTTP head that the other end sent, without its blank line. */
  readHead(): Promise<string> {
    return this.#take((bytes) => {
      const end = bytes.indexOf('\r\n\r\n');
      return end < 0 ? undefined : [bytes.toString('latin1', 0, end), end + 4];
    });
  }

  /** The next frame that the other end sent, unmasked. */
  readFrame(): Promise<ScriptedFrame> {
    return this.#take(takeFrame);
  }

  /** The next frame, which must be whole, with this opcode and payload. */
  async expectFrame(opcode: number, payload: string | Uint8Array): Promise<void> {
    const frame = await this.readFrame();
    const wanted = Buffer.from(payload as string);
    if (!frame.fin || frame.opcode !== opcode || !wanted.equals(frame.payload)) {
      throw new Error(`expected opcode ${opcode} and ${inspect(wanted)}, but came ${describe(frame)}`);
    }
  }

  /** The next frame, which must be a close frame with this code, or without one; gives its reason. */
  async expectClose(code?: number): Promise<string> {
    const frame = await this.readFrame();
    const payload = Buffer.from(frame.payload);
    const came = payload.length < 2 ? undefined : payload.readUInt16BE(0);
    if (frame.opcode !== Opcode.CLOSE || came !== code) {
      throw new Error(`expected a close frame with ${code ?? 'no code'}, but came ${describe(frame)}`);
    }
    return payload.toString('utf8', 2);
  }

  /** Waits until the other end has ended, and gives what it had sent and nobody read. */
  async readEnd(): Promise<Uint8Array> {
    while (!this.#ended) await this.#change();
    return this.#bytes;
  }

  /** Ends this half in order. */
  end(): void {
    this.transport.end();
  }

  /** Is gone at once, as a process that was killed. */
  reset(): void {
    this.transport.destroy(new Error('reset by the script'));
  }

  async #take<T>(read: (bytes: Buffer) => [value: T, length: number] | undefined): Promise<T> {
    for (;;) {
      const found = read(this.#bytes);
      if (found !== undefined) {
        this.#bytes = this.#bytes.subarray(found[1]);
        return found[0];
      }
      if (this.#ended) throw new Error(`the other end has ended; unread: ${inspect(this.#bytes)}`);
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #gone(): void {
    this.#ended = true;
    this.#changed();
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function joined(pieces: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)));
}

function describe({ fin, rsv, opcode, payload }: ScriptedFrame): string {
  return `opcode ${opcode}, fin ${fin}, rsv ${rsv} and ${inspect(payload)}`;
}

function inspect(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'nothing' : `${bytes.length} bytes ${Buffer.from(bytes.subarray(0, 32)).toString('hex')}`;
}
