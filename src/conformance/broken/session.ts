import type { Socket } from 'node:net';
import { join, latin1, NOTHING } from '../bytes.ts';
import { readClosePayload } from '../close-payload.ts';
import { OPCODE } from '../frame.ts';
import { FrameInput, type InputFrame } from './frame-input.ts';
import { type InputMessage, MessageInput } from './message-input.ts';
import { Output } from './output.ts';
import { answerTo, type OpeningAnswer, refusing } from './response.ts';
import type { Broken } from './switches.ts';

const LONGEST_HEAD = 32_768;
const MOST_BLANK_LINES = 8;
/** Until a client must have ended TCP, too. */
const LINGER_MS = 5_000;
const HEAD_END = latin1('\r\n\r\n');

/** Serves one connection: the opening handshake, then every message back, until it closes or fails. */
export class EchoSession {
  readonly #socket: Socket;
  readonly #broken: Broken;
  #head: Uint8Array = NOTHING;
  #frames: FrameInput | undefined = undefined;
  #messages: MessageInput | undefined = undefined;
  #output: Output | undefined = undefined;
  #isOver = false;
  #hasClosed = false;

  constructor(socket: Socket, broken: Broken) {
    this.#socket = socket;
    this.#broken = broken;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('end', () => socket.end());
  }

  #take(chunk: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#frames !== undefined) {
      this.#takeFrames(chunk);
      return;
    }
    this.#head = join(this.#head, chunk);
    const bytes = Buffer.from(this.#head.buffer, this.#head.byteOffset, this.#head.length);
    let start = 0;
    while (start < 2 * MOST_BLANK_LINES && bytes[start] === 0x0d && bytes[start + 1] === 0x0a) start += 2;
    const text = bytes.toString('latin1', start);
    const end = text.indexOf('\r\n\r\n');
    const isFlawed = /[^\r]\n|\r[^\n]/.test(end < 0 ? text.replace(/\r$/, '') : text.slice(0, end));
    if (isFlawed) this.#answer(refusing({ status: 400, fields: [] }), NOTHING);
    else if (end >= 0 || this.#broken.has('head-in-one-read'))
      this.#answer(
        answerTo(end < 0 ? text : text.slice(0, end), this.#broken),
        bytes.subarray(start + end + HEAD_END.length),
      );
    else if (text.length > LONGEST_HEAD) this.#answer(refusing({ status: 431, fields: [] }), NOTHING);
  }

  #answer({ bytes, opens, deflate }: OpeningAnswer, rest: Uint8Array): void {
    this.#socket.write(bytes);
    if (!opens) {
      this.#isOver = true;
      if (!this.#broken.has('refusal-stays')) this.#end();
      return;
    }
    this.#frames = new FrameInput(this.#broken, deflate !== undefined);
    this.#messages = new MessageInput(this.#broken, deflate);
    this.#output = new Output(this.#broken, deflate);
    if (rest.length > 0) this.#takeFrames(rest);
  }

  #takeFrames(chunk: Uint8Array): void {
    const messages: InputMessage[] = [];
    this.#frames?.push(chunk);
    for (let input = this.#frames?.next(); input !== undefined && !this.#isOver; input = this.#frames?.next()) {
      if ('failsWith' in input) this.#fail(input.failsWith, messages);
      else if (input.opcode >= OPCODE.CLOSE) this.#takeControl(input, messages);
      else this.#takeData(input, messages);
    }
    this.#flush(messages);
  }

  #takeData(frame: InputFrame, messages: InputMessage[]): void {
    const message = this.#messages?.add(frame);
    if (typeof message === 'number') this.#fail(message, messages);
    else if (message !== undefined) messages.push(message);
  }

  #takeControl({ opcode, payload }: InputFrame, messages: InputMessage[]): void {
    this.#flush(messages);
    if (opcode === OPCODE.CLOSE) this.#takeClose(payload);
    else if (opcode === OPCODE.PING ? !this.#broken.has('ping-unanswered') : this.#broken.has('pong-answered'))
      this.#write(this.#output?.pong(payload));
  }

  #takeClose(payload: Uint8Array): void {
    const flaw = this.#closeFlaw(payload);
    if (flaw !== undefined) {
      this.#fail(flaw, []);
      return;
    }
    if (this.#hasClosed || this.#broken.has('close-ignored')) return;
    const { code = payload.length === 0 ? undefined : 1000 } = readClosePayload(payload);
    if (!this.#broken.has('close-unanswered')) this.#write(this.#output?.close(code, payload.subarray(2)));
    this.#closed('close-then-data');
  }

  #closeFlaw(payload: Uint8Array): number | undefined {
    const { code, flaw } = readClosePayload(payload);
    const isPrivate = code !== undefined && code >= 3000;
    if (isPrivate && this.#broken.has('close-codes-private')) return 1002;
    if (flaw === '') return undefined;
    if (payload.length === 1) return this.#broken.has('close-length') ? undefined : 1002;
    const isReason = flaw.includes('reason');
    if (this.#broken.has(isReason ? 'close-reason-unchecked' : 'close-codes')) return undefined;
    return isReason ? 1007 : 1002;
  }

  #fail(code: number, messages: InputMessage[]): void {
    this.#flush(messages);
    if (this.#broken.has('fail-not') || this.#hasClosed) return;
    this.#write(this.#output?.close(this.#broken.has('fail-code') ? 1000 : code, NOTHING));
    this.#closed('fail-then-data');
  }

  /** Nothing is sent any more, but by one who does not keep to that. */
  #closed(goesOn: 'close-then-data' | 'fail-then-data'): void {
    this.#hasClosed = true;
    if (this.#broken.has(goesOn)) return;
    this.#isOver = true;
    if (!this.#broken.has('close-tcp')) this.#end();
  }

  #flush(messages: InputMessage[]): void {
    if (messages.length > 0) this.#write(this.#output?.echoes(messages.splice(0)));
  }

  #write(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined && bytes.length > 0 && this.#socket.writable) this.#socket.write(bytes);
  }

  #end(): void {
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }
}
