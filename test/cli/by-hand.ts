import { PassThrough, Readable, Writable } from 'node:stream';
import { chatConnect } from '../../src/cli/chat-connect.ts';
import { CHAT_CONNECT_OPTIONS } from '../../src/cli/chat-connect-options.ts';
import type { Terminal } from '../../src/cli/command.ts';
import { defineConnect } from '../../src/cli/connect.ts';
import type { InputStream } from '../../src/cli/line-input.ts';
import { defineListen } from '../../src/cli/listen.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import type { Outcome } from './command-line.ts';

/** What a command that holds connections is given. */
export interface Surroundings {
  /** What standard input holds; without it there is nothing, and its end at once. */
  readonly input?: string | Uint8Array | Readable;
  readonly environment?: Record<string, string>;
}

/** A command that runs in this process, with its streams. */
export interface Hand {
  readonly stdin: PassThrough;
  /** Waits until everything printed so far matches, on standard output, and gives the match. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same of standard error. */
  complained(pattern: RegExp): Promise<RegExpExecArray>;
  /** All that standard output has. */
  readonly output: () => string;
  /** Ends the output, as a reader that goes away. */
  readonly closeOutput: () => void;
  readonly ended: Promise<Outcome>;
}

/** Runs `ws101 connect` in this process until it ends. */
export async function connectByHand(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { input = '', environment = {} } = surroundings;
  const stdin = input instanceof Readable ? input : Readable.from(input.length === 0 ? [] : [input]);
  const output = new Recorder(false);
  const errors = new Recorder(false);
  const code = await defineConnect({ stdin, environment })
    .run(args, { stdout: output, stderr: errors })
    .catch((error: unknown) => complain(error, errors));
  return { code, stdout: output.text, stderr: errors.text };
}

interface Screen {
  readonly isTTY?: boolean;
  readonly environment?: Record<string, string>;
}

/** Starts one of the two with a standard input that stays open. */
export function startByHand(command: 'connect' | 'listen', args: readonly string[], screen: Screen = {}): Hand {
  const define = command === 'connect' ? defineConnect : defineListen;
  return launch(screen, (stdin, environment, terminal) => define({ stdin, environment }).run(args, terminal));
}

/** Starts `ws101 chat --connect` so. It comes back as early as it may. */
export function chatByHand(url: string, args: readonly string[], screen: Screen = {}): Hand {
  return launch(screen, async (stdin, environment, terminal) => {
    const values = parseOptions(CHAT_CONNECT_OPTIONS, args);
    return chatConnect(url, values, terminal, { stdin, environment, random: () => 0 });
  });
}

function launch(
  { isTTY = false, environment = {} }: Screen,
  run: (stdin: InputStream, environment: Record<string, string>, terminal: Terminal) => Promise<number>,
): Hand {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const output = new Recorder(isTTY);
  // On a terminal both come out on the same screen.
  const errors = isTTY ? output : new Recorder(false);
  const ended = run(stdin, environment, { stdout: output, stderr: errors })
    .catch((error: unknown) => complain(error, errors))
    .then((code) => ({ code, stdout: output.text, stderr: isTTY ? '' : errors.text }));
  return {
    stdin,
    printed: (pattern) => output.matched(pattern),
    complained: (pattern) => errors.matched(pattern),
    output: () => output.text,
    closeOutput: () => output.destroy(new Error('EPIPE')),
    ended,
  };
}

/** What `run` makes of a mistake. */
function complain(error: unknown, errors: Recorder): number {
  if (!(error instanceof UsageError)) throw error;
  errors.write(`mistake: ${error.message}\n`);
  return 2;
}

class Recorder extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = '';
  #waiting: (() => void)[] = [];

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
    this.on('error', () => {});
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    for (const wake of this.#waiting.splice(0)) wake();
    done();
  }

  async matched(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) return match;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
