/** A client that opens a connection, reads, and never says anything, not even a pong. It answers to `run`. */
import { answer } from '../answers.ts';
import { openRaw, readSome } from '../wire.ts';

/** How long the server keeps it, in milliseconds; `undefined` when it still does after `withinMs`. */
async function run(port: number, withinMs: number): Promise<number | undefined> {
  const { socket } = await openRaw(port);
  const start = performance.now();
  const timer = setTimeout(() => socket.destroy(new Error('still open')), withinMs);
  while ((await readSome(socket)) !== undefined);
  clearTimeout(timer);
  const lasted = performance.now() - start;
  socket.destroy();
  return lasted < withinMs ? lasted : undefined;
}

answer({ run });
