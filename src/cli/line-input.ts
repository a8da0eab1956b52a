import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline';
import type { Terminal } from './command.ts';
import type { Screen } from './screen.ts';
import { UsageError } from './usage-error.ts';

/** Standard input: `process.stdin` is one. */
export type InputStream = AsyncIterable<Uint8Array | string> & {
  readonly isTTY?: boolean;
  destroy?(): unknown;
};

/** Lines to send, typed or from a pipe. */
export interface LineInput {
  readonly lines: AsyncIterable<string>;
  /** Somebody types them, and may make mistakes. */
  readonly typed: boolean;
  /** Reads no more, and leaves the screen. */
  stop(): void;
}

/**
 * The lines of standard input: with a prompt where both it and the output are a terminal.
 *
 * @param maxBytes the longest line
 * @param interrupt is called for Ctrl-C at the prompt, where no signal comes
 */
export function openInput(
  stdin: InputStream,
  terminal: Terminal,
  screen: Screen,
  maxBytes: number,
  interrupt: () => void,
): LineInput {
  if (stdin.isTTY === true && screen.isTerminal) return promptFor(stdin, terminal, screen, interrupt);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    stdin.destroy?.();
  };
  return { lines: readLines(stdin, maxBytes, () => stopped), typed: false, stop };
}

function promptFor(stdin: InputStream, { stdout }: Terminal, screen: Screen, interrupt: () => void): LineInput {
  // Both are a terminal, so they are the streams that readline is made for.
  const input = stdin as unknown as NodeJS.ReadableStream;
  const output = stdout as unknown as NodeJS.WritableStream;
  const reader = createInterface({ input, output, terminal: true, prompt: screen.canvas.paint('> ', 'dim') });
  const lines = reader[Symbol.asyncIterator]();
  reader.on('SIGINT', interrupt);
  reader.on('line', () => reader.prompt());
  reader.on('close', () => {
    screen.prompt?.hide();
    screen.prompt = undefined;
  });
  screen.prompt = {
    hide() {
      moveCursor(output, 0, -reader.getCursorPos().rows);
      cursorTo(output, 0);
      clearScreenDown(output);
    },
    show: () => reader.prompt(true),
  };
  reader.prompt();
  return { lines: { [Symbol.asyncIterator]: () => lines }, typed: true, stop: () => reader.close() };
}

/** The lines of a stream of UTF-8, each ended by LF or CR LF, the last one by nothing as well. */
async function* readLines(stdin: InputStream, maxBytes: number, stopped: () => boolean): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const chunk of stdin) {
      const [first = '', ...more] = decode(decoder, chunk).split('\n');
      rest += first;
      for (const next of more) {
        yield withoutReturn(rest);
        rest = next;
      }
      if (rest.length > maxBytes)
        throw new UsageError(`a line is longer than ${maxBytes} bytes, the limit of --max-message`);
    }
    rest += decode(decoder, undefined);
  } catch (error) {
    // What is destroyed ends early for whoever reads it.
    if (stopped()) return;
    if (error instanceof UsageError) throw error;
    throw new UsageError(`standard input cannot be read: ${(error as Error).message}`);
  }
  if (rest !== '') yield withoutReturn(rest);
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | string | undefined): string {
  if (typeof chunk === 'string') return chunk;
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new UsageError('standard input is no UTF-8 text; send bytes with --file, or as hexadecimal with --binary');
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
