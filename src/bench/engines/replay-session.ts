import { randomInt } from 'node:crypto';
import { CloseCode, decodeClosePayload, encodeFrame, Opcode } from '../../codec/index.ts';
import { nowNs } from '../load/clock.ts';
import type { LoadConnection } from '../load/connection.ts';
import { type ConnectionEnd, MessageEvents } from '../load/load-events.ts';
import type { RecordedFrame } from './recording.ts';

/** How many messages of each kind a server sent in one session, and how it closed: 0 when it did not. */
export interface SessionCounts {
  text: number;
  binary: number;
  pong: number;
  closeCode: number;
}

/** What a recording says that the server sends. */
export function recordedCounts(frames: readonly RecordedFrame[]): SessionCounts {
  const counts: SessionCounts = { text: 0, binary: 0, pong: 0, closeCode: 0 };
  // Once the client has closed, the answer to that is no word of the server's own.
  const closed = frames.findIndex(({ from, opcode }) => from === 'client' && opcode === Opcode.CLOSE);
  for (const [at, { from, opcode, payload }] of frames.entries()) {
    if (from === 'client') continue;
    if (opcode === Opcode.TEXT) counts.text++;
    if (opcode === Opcode.BINARY) counts.binary++;
    if (opcode === Opcode.PONG) counts.pong++;
    if (opcode === Opcode.CLOSE && (closed < 0 || at < closed)) counts.closeCode = closeCodeOf(payload);
  }
  return counts;
}

/** What {@link ReplaySession} is made of. */
export interface ReplaySetup {
  readonly frames: readonly RecordedFrame[];
  /** 2 plays twice as fast. */
  readonly speed: number;
  /** After the last recorded frame, so long is waited for what is still missing. */
  readonly patienceMs: number;
  /** A frame was sent, so much later than it should have been. */
  readonly sent: (bytes: number, lateNs: number) => void;
  readonly received: (bytes: number) => void;
}

/** One connection on which the client's side of a recording is played, with its timing. */
export class ReplaySession extends MessageEvents {
  readonly counts: SessionCounts = { text: 0, binary: 0, pong: 0, closeCode: 0 };
  readonly #setup: ReplaySetup;
  readonly #expected: SessionCounts;
  #connection: LoadConnection | undefined = undefined;
  #end: ConnectionEnd | undefined = undefined;
  #changed: () => void = () => {};
  #isAborted = false;

  constructor(setup: ReplaySetup) {
    super();
    this.#setup = setup;
    this.#expected = recordedCounts(setup.frames);
  }

  /** Plays to the end. Gives what differs from the recording, an empty list when nothing does; undefined once aborted. */
  async play(): Promise<readonly string[] | undefined> {
    const { frames, speed, patienceMs } = this.#setup;
    const startedAt = nowNs();
    for (const frame of frames) {
      const due = startedAt + (frame.atMs * 1e6) / speed;
      await this.#until((due - nowNs()) / 1e6, () => false);
      if (this.#isOver()) break;
      if (frame.from === 'client' && frame.opcode === Opcode.CLOSE) break;
      if (frame.from === 'client') this.#send(frame, due);
    }
    await this.#until(patienceMs, () => this.#hasAll());
    if (this.#isAborted) return undefined;
    const closing = frames.find(({ from, opcode }) => from === 'client' && opcode === Opcode.CLOSE);
    await this.#close(closing);
    return this.#differences();
  }

  /** Ends the session now. */
  abort(): void {
    this.#isAborted = true;
    this.#connection?.terminate();
    this.#changed();
  }

  override opened(connection: LoadConnection): void {
    this.#connection = connection;
  }

  message(opcode: number, _bytes: Uint8Array, start: number, end: number): void {
    this.counts[opcode === Opcode.TEXT ? 'text' : 'binary']++;
    this.#setup.received(end - start);
    this.#changed();
  }

  override pong(): void {
    this.counts.pong++;
    this.#changed();
  }

  override closed(end: ConnectionEnd): void {
    this.#end = end;
    if (!end.asked) this.counts.closeCode = end.code;
    this.#changed();
  }

  #isOver(): boolean {
    return this.#isAborted || this.#end !== undefined;
  }

  #hasAll(): boolean {
    const { text, binary, pong, closeCode } = this.#expected;
    const { counts } = this;
    // A server that closes of its own accord is waited for.
    return counts.text >= text && counts.binary >= binary && counts.pong >= pong && closeCode === 0;
  }

  #send({ opcode, fin, payload }: RecordedFrame, due: number): void {
    // Pings are answered as they come, whatever the answers in the recording were.
    if (opcode === Opcode.PONG) return;
    this.#connection?.write(encodeFrame(opcode, payload, { fin, maskKey: randomInt(2 ** 32) }));
    this.#setup.sent(payload.length, nowNs() - due);
  }

  /** Resolves after so long, when the connection is over, or when it holds. */
  async #until(ms: number, holds: () => boolean): Promise<void> {
    if (ms <= 0 || this.#isOver() || holds()) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      this.#changed = () => {
        if (this.#isOver() || holds()) resolve();
      };
    });
    clearTimeout(timer);
    this.#changed = () => {};
  }

  async #close(closing: RecordedFrame | undefined): Promise<void> {
    const code = closing === undefined ? CloseCode.NORMAL : closeCodeOf(closing.payload);
    await this.#connection?.close(code === CloseCode.NO_STATUS ? CloseCode.NORMAL : code);
  }

  #differences(): readonly string[] {
    const { counts } = this;
    const found: string[] = [];
    for (const kind of ['text', 'binary', 'pong'] as const) {
      if (counts[kind] < this.#expected[kind]) found.push(`less ${kind} than recorded`);
      if (counts[kind] > this.#expected[kind]) found.push(`more ${kind} than recorded`);
    }
    if (counts.closeCode !== this.#expected.closeCode) {
      found.push(counts.closeCode === 0 ? 'not closed as recorded' : `closed ${counts.closeCode}`);
    }
    return found;
  }
}

/** A recording may hold what breaks the rules; what is no close code is played as a normal one. */
function closeCodeOf(payload: Uint8Array): number {
  try {
    return decodeClosePayload(payload).code;
  } catch {
    return CloseCode.NORMAL;
  }
}
