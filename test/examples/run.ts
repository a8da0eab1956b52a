import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One of `docs/examples/`, run by Node in a process of its own, as a reader would run it after a build. */
export class RunningExample {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown[]>;
  #complaints = '';

  /** @throws Error before a build: examples import the package by its name, which leads to `dist/` */
  constructor(name: string, ...args: string[]) {
    if (!existsSync(`${ROOT}/dist/index.js`)) throw new Error('run `npm run build` first: examples need dist/');
    this.#process = spawn(process.execPath, ['--import', 'tsx', `docs/examples/${name}`, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.#process;
    if (stdout === null || stderr === null) throw new Error('the example has no output');
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    this.#exited = once(this.#process, 'close');
  }

  /** The next line that it prints. Throws when it has ended. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done === true) throw new Error(`the example has ended: ${this.#complaints}`);
    return value;
  }

  /** All lines that are still to come, once it has ended by itself and with success. */
  async toEnd(): Promise<string[]> {
    const lines: string[] = [];
    for (let next = await this.#lines.next(); next.done !== true; next = await this.#lines.next())
      lines.push(next.value);
    const [code] = await this.#exited;
    if (code !== 0) throw new Error(`the example ended with ${code}: ${this.#complaints}`);
    return lines;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#process.kill();
    await this.#exited;
  }
}
