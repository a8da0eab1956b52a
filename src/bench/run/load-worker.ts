import type { ChildProcess } from 'node:child_process';
import type { WorkerAnswer, WorkerCall, WorkerCalls, WorkerRequest, WorkerValues } from '../load/protocol.ts';
import { forkModule } from './fork.ts';
import { LastLines } from './last-lines.ts';
import { endGroup, hasEnded } from './process-group.ts';
import { RunFailure } from './run-failure.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: RunFailure): void;
}

/** A process that makes load; see `WorkerCalls` for what it can be told. */
export class LoadWorker {
  readonly #child: ChildProcess;
  readonly #output = new LastLines();
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(child: ChildProcess = forkModule('load/worker')) {
    this.#child = child;
    this.#output.follow(child.stdout);
    this.#output.follow(child.stderr);
    child.on('message', (message) => this.#answer(message as WorkerAnswer));
    child.on('error', (error) => this.#failAll(error.message));
    child.on('close', () => this.#failAll('it ended'));
  }

  /**
   * Tells the worker something and gives its answer.
   *
   * Rejects with a RunFailure of the `load`: the worker says why, has ended, or does not answer in time.
   */
  call<Call extends WorkerCall>(call: Call, content: WorkerCalls[Call], withinMs: number): Promise<WorkerValues[Call]> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new RunFailure('load', `a generator did not ${call} within ${withinMs / 1000} s`, { timeout: 1 }));
      }, withinMs);
      const settle = (): void => {
        this.#waiting.delete(id);
        clearTimeout(timer);
      };
      this.#waiting.set(id, {
        resolve: (value) => {
          settle();
          resolve(value as WorkerValues[Call]);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      if (hasEnded(this.#child) || !this.#child.connected) return this.#failAll('it ended');
      this.#child.send({ id, call, ...content } as WorkerRequest, (error) => {
        if (error !== null) this.#failAll(error.message);
      });
    });
  }

  /** Ends the process. Resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await endGroup(this.#child);
  }

  #answer(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if ('value' in answer) waiting?.resolve(answer.value);
    else waiting?.reject(new RunFailure('load', answer.error.message, { [answer.error.kind]: 1 }));
  }

  #failAll(reason: string): void {
    const said = this.#output.lines.length === 0 ? '' : `; its last lines: ${this.#output.lines.join(' ⏎ ')}`;
    for (const { reject } of [...this.#waiting.values()])
      reject(new RunFailure('load', `a generator is gone: ${reason}${said}`));
  }
}
