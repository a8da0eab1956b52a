import { readFileSync } from 'node:fs';
import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import { nowNs } from '../load/clock.ts';
import { Dialer } from '../load/dialer.ts';
import { kindOf } from '../load/load-error.ts';
import type { Measurement, Phase } from '../model.ts';
import { checkDescriptors } from './opening.ts';
import { Recorder } from './recorder.ts';
import { parseRecording, type Recording } from './recording.ts';
import { ReplaySession, recordedCounts } from './replay-session.ts';
import { shareOf } from './share.ts';

/** So long is waited after the last recorded frame, at most, for what the server has not sent yet. */
const PATIENCE_MS = 2_000;
/** After a session that could not begin, the next one begins so much later. */
const PAUSE_MS = 50;

/** The recording in a file. @throws Error that names the file and what is wrong with it */
export function readRecording(file: string): Recording {
  if (file === '') throw new TypeError('replay needs the file of a recording');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TypeError(`the recording cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return parseRecording(text);
  } catch (cause) {
    throw new SyntaxError(`${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Plays a recorded session on many connections, over and over, and compares by kind what comes with what was recorded. */
export class ReplayEngine implements Engine {
  readonly #config: LoadConfig;
  readonly #recording: Recording;
  readonly #recorder = new Recorder('cycle');
  readonly #dialer: Dialer;
  readonly #sessions = new Set<ReplaySession>();
  #slots: Promise<void>[] = [];
  #isOver = true;

  /** @throws Error for a recording that cannot be read, or without a frame of the client */
  constructor(config: LoadConfig) {
    this.#config = config;
    this.#recording = readRecording(config.file);
    if (!this.#recording.frames.some(({ from }) => from === 'client')) {
      throw new TypeError(`${config.file}: the client sends nothing in this recording`);
    }
    const { protocol } = this.#recording.header;
    const recorded = protocol === undefined || protocol === '' ? [] : [protocol];
    this.#dialer = new Dialer({ ...config, protocols: config.protocols.length > 0 ? config.protocols : recorded });
  }

  /** Tries to connect once: what fails here fails for all. */
  async open(): Promise<void> {
    checkDescriptors(shareOf(this.#config.connections, this.#config));
    const connection = await this.#dialer.open(this.#session());
    await connection.close();
  }

  async start({ connections }: Phase): Promise<void> {
    this.#recorder.reset();
    this.#isOver = false;
    this.#slots = Array.from({ length: shareOf(connections, this.#config) }, () => this.#playAgain());
  }

  reset(): void {
    this.#recorder.reset();
  }

  sample(): Sample {
    return this.#recorder.sample();
  }

  cut(): void {
    this.#recorder.cut();
  }

  /** Sessions under way are ended where they are: a recording may be longer than anybody waits. */
  async stop(): Promise<Measurement> {
    this.#abort();
    await Promise.all(this.#slots);
    return this.#recorder.take();
  }

  async close(): Promise<void> {
    this.#abort();
  }

  #abort(): void {
    this.#isOver = true;
    for (const session of this.#sessions) session.abort();
  }

  #session(): ReplaySession {
    const recorder = this.#recorder;
    return new ReplaySession({
      frames: this.#recording.frames,
      speed: this.#config.speed ?? 1,
      patienceMs: Math.min(PATIENCE_MS, this.#config.timeoutMs),
      sent: (bytes, lateNs) => {
        recorder.count('sent');
        recorder.count('sentBytes', bytes);
        recorder.time('lag', lateNs);
      },
      received: (bytes) => {
        recorder.count('received');
        recorder.count('receivedBytes', bytes);
      },
    });
  }

  async #playAgain(): Promise<void> {
    while (!this.#isOver) {
      const session = this.#session();
      const from = nowNs();
      try {
        await this.#dialer.open(session);
        this.#recorder.count('opened');
        this.#sessions.add(session);
        if (this.#isOver) session.abort();
        const differences = await session.play();
        this.#conclude(session, differences, nowNs() - from);
      } catch (error) {
        this.#recorder.error(kindOf(error));
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      this.#sessions.delete(session);
    }
  }

  #conclude(session: ReplaySession, differences: readonly string[] | undefined, tookNs: number): void {
    const recorder = this.#recorder;
    if (differences === undefined) {
      recorder.outcome('sessions cut short');
      return;
    }
    recorder.time('cycle', tookNs);
    recorder.count('closed');
    recorder.outcome(differences.length === 0 ? 'sessions as recorded' : 'sessions that differ');
    for (const difference of differences) recorder.error(difference);
    const recorded = recordedCounts(this.#recording.frames);
    for (const kind of ['text', 'binary', 'pong'] as const) {
      if (recorded[kind] > 0) recorder.outcome(`${kind} recorded`, recorded[kind]);
      if (session.counts[kind] > 0) recorder.outcome(`${kind} received`, session.counts[kind]);
    }
  }
}
