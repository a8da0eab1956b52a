import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { INSPECTOR_LIMITS } from './limits.ts';
import type { RecordingEvent, RecordingStart } from './recording.ts';

/** Writes a recording to a file, line by line, as fast as the disk takes it. */
export class Recorder {
  readonly #stream: WriteStream;
  readonly #onFailure: (sentence: string) => void;
  #failed = false;

  private constructor(stream: WriteStream, onFailure: (sentence: string) => void) {
    this.#stream = stream;
    this.#onFailure = onFailure;
    stream.on('error', (error) => this.#fail(`the recording ended: ${error.message}`));
  }

  /**
   * Begins a recording in a new or emptied file.
   *
   * Rejects with the system's error when it cannot be written.
   *
   * @param onFailure learns once, in a sentence, when recording ends before its time
   */
  static async create(path: string, start: RecordingStart, onFailure: (sentence: string) => void): Promise<Recorder> {
    const stream = createWriteStream(path, { mode: 0o600 });
    await once(stream, 'open');
    const recorder = new Recorder(stream, onFailure);
    stream.write(`${JSON.stringify(start)}\n`);
    return recorder;
  }

  write(event: RecordingEvent): void {
    if (this.#failed) return;
    this.#stream.write(`${JSON.stringify(event)}\n`);
    if (this.#stream.writableLength <= INSPECTOR_LIMITS.recordBacklogBytes) return;
    this.#fail('the recording ended: the disk is slower than the traffic');
    this.#stream.end();
  }

  /** Resolves once everything is in the file. */
  async close(): Promise<void> {
    if (this.#stream.destroyed) return;
    this.#stream.end();
    await once(this.#stream, 'close').catch(() => undefined);
  }

  #fail(sentence: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#onFailure(sentence);
  }
}
