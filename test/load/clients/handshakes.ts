/** Well-behaved clients that come and go. They answer to `probe`. */
import { answer } from '../answers.ts';
import { openRaw } from '../wire.ts';

/** How long handshakes take, in milliseconds from the start of the TCP connection to the 101; one begins every `everyMs`. */
async function probe(port: number, everyMs: number, forMs: number): Promise<number[]> {
  const until = performance.now() + forMs;
  const handshakes: Promise<number>[] = [];
  for (let due = performance.now(); due < until; due += everyMs) {
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    handshakes.push(handshake(port));
  }
  return Promise.all(handshakes);
}

async function handshake(port: number): Promise<number> {
  const start = performance.now();
  const { socket } = await openRaw(port);
  const took = performance.now() - start;
  socket.destroy();
  return took;
}

answer({ probe });
