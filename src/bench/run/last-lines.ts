import type { Readable } from 'node:stream';

const MOST_LINES = 10;
const MOST_CHARACTERS = 4_000;

/** Reads streams to their end and keeps the last lines of all of them together. */
export class LastLines {
  #text = '';

  /** Keeps what this stream says as well. */
  follow(stream: Readable | null): void {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      this.#text = (this.#text + text).slice(-MOST_CHARACTERS);
    });
    stream?.on('error', () => undefined);
  }

  /** At most ten lines, oldest first. */
  get lines(): readonly string[] {
    const lines = this.#text.split(/\r?\n/).map((line) => line.trimEnd());
    return lines.filter((line) => line !== '').slice(-MOST_LINES);
  }
}
