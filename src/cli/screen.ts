import { type Canvas, canvasOf, type Environment, type Style } from '../report/index.ts';
import type { Terminal } from './command.ts';

/** What stands below everything that is printed: a line that somebody is typing. */
export interface Prompt {
  hide(): void;
  show(): void;
}

/** A stream such as `process.stdout`. */
interface Output {
  write(data: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  once?(event: 'drain' | 'error', listener: () => void): unknown;
}

/** Where a command that holds a connection prints, above a line that may be typed at the same time. */
export class Screen {
  /** What standard output can show. */
  readonly canvas: Canvas;
  /** Standard output is a screen. */
  readonly isTerminal: boolean;
  /** Resolves when nobody reads standard output any more. */
  readonly gone: Promise<void>;
  prompt: Prompt | undefined;
  readonly #output: Output;
  readonly #notes: Output;
  readonly #name: string;
  readonly #noteCanvas: Canvas;

  /** @param name of the command, which stands before its notes where they are not on the same screen */
  constructor({ stdout, stderr }: Terminal, environment: Environment, name: string) {
    this.canvas = canvasOf(stdout, environment);
    this.#noteCanvas = canvasOf(stderr, environment);
    this.isTerminal = stdout.isTTY === true;
    this.#output = stdout;
    this.#notes = stderr;
    this.#name = name;
    this.gone = new Promise((resolve) => stdout.once?.('error', () => resolve()));
  }

  /** Prints to standard output; gives a promise when its reader is slow, to be waited for before more is printed. */
  print(data: string | Uint8Array): Promise<void> | undefined {
    this.prompt?.hide();
    const takesMore = this.#output.write(data);
    this.prompt?.show();
    if (takesMore !== false || this.#output.once === undefined) return undefined;
    const drained = new Promise<void>((resolve) => this.#output.once?.('drain', resolve));
    return Promise.race([drained, this.gone]);
  }

  /** Prints a line to standard error, in a style where that is a screen. */
  note(line: string, style: Style): void {
    this.prompt?.hide();
    this.#notes.write(`${this.isTerminal ? '' : `${this.#name}: `}${this.#noteCanvas.paint(line, style)}\n`);
    this.prompt?.show();
  }
}
