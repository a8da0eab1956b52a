import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// Longer than the longest drill, so that nothing hangs for ever.
const ANSWER_MS = 180_000;

type Reply = { readonly ready: true } | { readonly id: number; readonly result?: unknown; readonly error?: string };

/** A program of `test/load/` in a process of its own, which answers questions. */
export class Child {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #nextId = 0;

  constructor(process: ChildProcess) {
    this.#process = process;
    this.pid = process.pid!;
    process.on('message', (reply: Reply) => {
      if ('ready' in reply) return;
      const waiter = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.error === undefined) waiter?.resolve(reply.result);
      else waiter?.reject(new Error(reply.error));
    });
    process.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the child ended: ${signal ?? code}`));
      this.#waiting.clear();
    });
  }

  /** Starts `file`, a path within `test/load/`, and resolves when it is ready for questions. */
  static async start(file: string, ...args: string[]): Promise<Child> {
    const process = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
      cwd: ROOT,
      execArgv: ['--expose-gc', '--import', 'tsx'],
    });
    const child = new Child(process);
    await Promise.race([
      once(process, 'message'),
      once(process, 'exit').then(() => Promise.reject(new Error(`${file} ended before it was ready`))),
    ]);
    return child;
  }

  /** Asks `question`, one of the names that the program answers to, and resolves with its answer. */
  ask<Result = void>(question: string, ...given: readonly unknown[]): Promise<Result> {
    const id = this.#nextId++;
    return new Promise<Result>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer to ${question} in ${ANSWER_MS} ms`)), ANSWER_MS);
      this.#waiting.set(id, {
        resolve: (result) => {
          clearTimeout(late);
          resolve(result as Result);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      });
      this.#process.send({ id, question, given });
    });
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}
