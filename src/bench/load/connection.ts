import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  CloseCode,
  decodeClosePayload,
  encodeClosePayload,
  encodeFrame,
  FrameDecoder,
  type FrameHeader,
  type FrameSink,
  isControlOpcode,
  Opcode,
  ProtocolViolation,
} from '../../codec/index.ts';
import type { DeflateAgreement } from '../../handshake/index.ts';
import { nowNs } from './clock.ts';
import { Inflation } from './inflation.ts';
import { kindOf, socketErrorOf } from './load-error.ts';
import type { ConnectionEnd, LoadEvents } from './load-events.ts';
import type { Opened } from './opened.ts';

/** A peer that was told of the end gets so long to end the TCP connection too, in milliseconds (RFC 6455 §7.1.1). */
const END_MS = 1_000;
const CONTROL_BYTES = 125;
/** Marks compressed messages (RFC 7692 §6). */
const RSV1 = 4;

/**
 * One open WebSocket of a load generator: every frame that comes is checked in full, everything else is left to
 * {@link LoadEvents}. What is sent are whole frames, prepared by whoever sends them.
 *
 * Pings are answered, a close frame too (RFC 6455 §5.5.1, §5.5.2). A violation ends the connection.
 */
export class LoadConnection implements FrameSink {
  readonly protocol: string;
  readonly agreement: DeflateAgreement | undefined;
  readonly tcpNs: number;
  readonly upgradeNs: number;
  /** When the read event under way began, or the last one: nanoseconds of `nowNs`. */
  now: number;
  /** It was dropped from here by {@link terminate}. */
  wasTerminated = false;
  wireBytesReceived = 0;
  wireBytesSent = 0;
  readonly #socket: Socket;
  readonly #secure: boolean;
  readonly #events: LoadEvents;
  readonly #decoder: FrameDecoder;
  readonly #inflation: Inflation | undefined;
  readonly #control = new Uint8Array(CONTROL_BYTES);
  #controlOpcode = 0;
  #controlLength = 0;
  #compressed = false;
  #fin = true;
  #closeSent = false;
  #closeReceived = false;
  #kind = '';
  #code: number = CloseCode.ABNORMAL;
  #asked = false;
  #over = false;
  #told = false;
  #timer: NodeJS.Timeout | undefined = undefined;
  #ended: ((end: ConnectionEnd) => void)[] = [];

  constructor(opened: Opened, events: LoadEvents) {
    const { socket, agreement } = opened;
    this.#socket = socket;
    this.#secure = opened.secure;
    this.#events = events;
    this.protocol = opened.protocol;
    this.agreement = agreement;
    this.tcpNs = opened.tcpNs;
    this.upgradeNs = opened.upgradeNs;
    this.now = nowNs();
    this.#decoder = new FrameDecoder({
      role: 'client',
      reservedBits: agreement && { start: RSV1, continuation: 0, control: 0 },
    });
    this.#inflation = agreement && new Inflation(agreement, opened.inflate, events);
    socket.on('error', (error: Error) => this.#failed(error));
    socket.on('drain', () => this.#events.drained());
    socket.on('close', () => this.#finish());
  }

  /** Neither end has begun to close it. */
  get isOpen(): boolean {
    return !this.#over && !this.#closeSent && !this.#closeReceived && !this.wasTerminated;
  }

  /** The port of this end; undefined once the connection is over. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Bytes that were written and that the system has not taken. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** Takes what was read from the socket; called by whoever reads it. */
  receive(chunk: Uint8Array): void {
    if (this.#over || this.#closeReceived) return;
    this.now = nowNs();
    this.wireBytesReceived += chunk.length;
    try {
      this.#decoder.push(chunk, this);
    } catch (error) {
      this.#violated(error);
      return;
    }
    this.#events.settled();
  }

  header(header: FrameHeader): void {
    const { opcode } = header;
    if (isControlOpcode(opcode)) {
      this.#controlOpcode = opcode;
      this.#controlLength = 0;
      return;
    }
    this.#controlOpcode = 0;
    this.#fin = header.fin;
    if (opcode === Opcode.CONTINUATION) return;
    this.#compressed = header.rsv !== 0;
    if (this.#compressed) this.#inflation?.begin(opcode);
    else this.#events.begin(opcode);
  }

  payload(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
    if (this.#controlOpcode !== 0) return this.#takeControl(bytes, start, end, last);
    if (this.#compressed) this.#inflation?.payload(bytes, start, end, last && this.#fin);
    else this.#events.payload(bytes, start, end, last && this.#fin);
    return false;
  }

  /** Writes bytes, which are not to be changed until the socket has taken them. Nothing once the closing has begun. */
  write(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.wireBytesSent += bytes.length;
    this.#socket.write(bytes);
  }

  /** Writes bytes and gives whether the caller may change them at once. */
  writeShared(bytes: Uint8Array): boolean {
    if (!this.isOpen) return true;
    this.wireBytesSent += bytes.length;
    // TLS keeps what it is given until it is encrypted, and does not say how long that is.
    this.#socket.write(this.#secure ? Uint8Array.from(bytes) : bytes);
    return this.#secure || this.#socket.writableLength === 0;
  }

  /** Writes at once all that `job` writes. */
  writeTogether(job: () => void): void {
    this.#socket.cork();
    job();
    this.#socket.uncork();
  }

  /** Sends one frame, masked with a random key. */
  sendFrame(opcode: number, payload: Uint8Array): void {
    this.write(encodeFrame(opcode, payload, { maskKey: randomInt(2 ** 32) }));
  }

  /** Reads no more until {@link resume}. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Begins to close, or waits for the closing under way; ends it by force after `timeoutMs`. */
  close(code: number = CloseCode.NORMAL, timeoutMs: number = 3_000): Promise<ConnectionEnd> {
    if (this.#over) return Promise.resolve(this.#end());
    const ended = new Promise<ConnectionEnd>((resolve) => this.#ended.push(resolve));
    if (this.isOpen) {
      this.#asked = true;
      this.#socket.resume();
      this.#sendClose(encodeClosePayload(code));
    }
    this.#endWithin(timeoutMs);
    return ended;
  }

  /** Drops the connection: no close frame, and the system tells the peer with a reset or an end. */
  terminate(): void {
    this.#asked ||= this.isOpen;
    this.wasTerminated = true;
    this.#socket.destroy();
  }

  #takeControl(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
    for (let at = start; at < end; at++) this.#control[this.#controlLength++] = bytes[at] ?? 0;
    if (!last) return false;
    const payload = this.#control.subarray(0, this.#controlLength);
    if (this.#controlOpcode === Opcode.PING) this.sendFrame(Opcode.PONG, payload);
    else if (this.#controlOpcode === Opcode.PONG) this.#events.pong(payload);
    else this.#takeClose(payload);
    return this.#closeReceived;
  }

  #takeClose(payload: Uint8Array): void {
    this.#code = decodeClosePayload(payload).code;
    this.#kind ||= `closed ${this.#code}`;
    if (!this.#closeSent) this.#sendClose(payload.subarray(0, 2));
    this.#closeReceived = true;
    this.#endWithin(END_MS);
    // Nothing more will come of it, however long the server keeps TCP open.
    if (!this.#asked) this.#tell();
  }

  #sendClose(payload: Uint8Array): void {
    this.write(encodeFrame(Opcode.CLOSE, payload, { maskKey: randomInt(2 ** 32) }));
    this.#closeSent = true;
  }

  #violated(error: unknown): void {
    if (!(error instanceof ProtocolViolation)) throw error;
    this.#kind = kindOf(error);
    if (!this.#closeSent) this.#sendClose(encodeClosePayload(error.closeCode));
    this.#socket.destroySoon();
  }

  #failed(error: Error): void {
    this.#kind ||= socketErrorOf(error, this.#secure).kind;
  }

  #endWithin(timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#socket.destroy(), timeoutMs);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    const end = this.#end();
    for (const resolve of this.#ended) resolve(end);
    this.#ended = [];
    this.#tell();
  }

  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    this.#events.closed(this.#end());
  }

  #end(): ConnectionEnd {
    const kind = this.#kind || `closed ${this.#code}`;
    return { kind, code: this.#code, clean: this.#closeSent && this.#closeReceived, asked: this.#asked };
  }
}
