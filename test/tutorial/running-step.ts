import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A server of the tutorial in a process of its own, on a port of its own. */
export class RunningStep {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown[]>;
  readonly #folder: string | undefined;
  #complaints = '';
  port = 0;

  private constructor(args: readonly string[], folder: string | undefined) {
    this.#folder = folder;
    this.#child = spawn(process.execPath, [...args, '0'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('the server has no output');
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    this.#ended = once(this.#child, 'close');
  }

  /** Starts what a reader starts with `npx tsx`. */
  static async start(path: string): Promise<RunningStep> {
    return new RunningStep(['--import', 'tsx', path], undefined).#listening();
  }

  /** Starts the source of a file with some change; the types are taken out, as Node does from version 22 on. */
  static async startChanged(path: string, change: (source: string) => string): Promise<RunningStep> {
    const folder = mkdtempSync(join(tmpdir(), 'step-'));
    const changed = change(readFileSync(join(ROOT, path), 'utf8'));
    writeFileSync(join(folder, 'server.mjs'), transformSync(changed, { loader: 'ts', target: 'es2022' }).code);
    return new RunningStep([join(folder, 'server.mjs')], folder).#listening();
  }

  async #listening(): Promise<this> {
    const line = await this.line();
    this.port = Number(/^listening on .* port: (\d+) /.exec(line)?.[1]);
    if (Number.isNaN(this.port)) throw new Error(`the server does not listen: ${line}`);
    return this;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done === true) throw new Error(`the server has ended: ${this.#complaints}`);
    return value;
  }

  /** What it says on standard error, and the exit code, once it has ended by itself. */
  async end(): Promise<{ readonly code: number | null; readonly complaints: string }> {
    const [code] = (await this.#ended) as [number | null];
    return { code, complaints: this.#complaints };
  }

  /** Ctrl-C sends SIGINT. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true });
  }
}
