import cluster, { type Worker } from 'node:cluster';
import type { RelayChannel } from '../chat/index.ts';

// What cannot be sent because the other process is gone need not arrive.
const ignored = (): void => undefined;

/** The channel of this process, a worker, to its primary. */
export function channelToPrimary(): RelayChannel {
  return {
    send: (message) => void process.send?.(message, undefined, undefined, ignored),
    onMessage: (take) => void process.on('message', take),
    onGone: (take) => void process.on('disconnect', take),
  };
}

/** The channel of this process, a primary, to one of its workers. */
export function channelTo(worker: Worker): RelayChannel {
  return {
    send: (message) => void (worker.isConnected() && worker.process.send?.(message, undefined, undefined, ignored)),
    onMessage: (take) => void worker.on('message', take),
    onGone: (take) => void worker.once('disconnect', take),
  };
}

/** What a primary tells a worker that is to stop. */
export const STOP = 'ws101: stop';

/** Resolves when the primary says that this worker is to stop. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.on('message', (message) => message === STOP && resolve());
  });
}

/** Lets go of the primary, so that this worker can end. */
export function leavePrimary(): void {
  cluster.worker?.disconnect();
}
