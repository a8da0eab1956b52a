import { columnsOf, cut, type Environment, pad, printable, type TextOutput } from './paint.ts';

/** How a {@link Progress} is shown. */
export interface ProgressOptions {
  /** The standard error of a program, so that its results stay clean. */
  readonly output: TextOutput;
  readonly environment: Environment;
  /** Milliseconds on any clock that never goes back. */
  readonly now: () => number;
  /** Show nothing at all. Default: false. */
  readonly silent?: boolean;
  /** The least time between two lines where there is no screen, in milliseconds. Default: 5000. */
  readonly everyMs?: number;
}

/**
 * What a program that takes its time is doing.
 *
 * On a screen it is one line that is written anew; into a file or pipe a line every few seconds; nothing when silent. It
 * uses no colours and no sequences beyond the carriage return.
 */
export class Progress {
  readonly #output: TextOutput;
  readonly #now: () => number;
  readonly #mode: 'silent' | 'line' | 'lines';
  readonly #everyMs: number;
  #shown = '';
  #last = -Infinity;

  constructor({ output, environment, now, silent = false, everyMs = 5000 }: ProgressOptions) {
    this.#output = output;
    this.#now = now;
    this.#everyMs = everyMs;
    this.#mode = silent ? 'silent' : output.isTTY === true && environment.TERM !== 'dumb' ? 'line' : 'lines';
  }

  /** Says what is going on right now; takes the place of what was said before. */
  show(text: string): void {
    const line = printable(text);
    if (this.#mode === 'line') this.#rewrite(cut(line, (this.#output.columns ?? 80) - 1));
    if (this.#mode !== 'lines' || this.#now() - this.#last < this.#everyMs) return;
    this.#last = this.#now();
    this.#output.write(`${line}\n`);
  }

  /** Writes a line that stays. */
  note(text: string): void {
    if (this.#mode === 'silent') return;
    this.clear();
    this.#output.write(`${printable(text)}\n`);
  }

  /** Takes the line away; call it before something else is written to the same screen, and at the end. */
  clear(): void {
    if (this.#shown === '') return;
    this.#rewrite('');
    this.#output.write('\r');
  }

  #rewrite(line: string): void {
    this.#output.write(`\r${pad(line, columnsOf(this.#shown))}`);
    this.#shown = line;
  }
}
