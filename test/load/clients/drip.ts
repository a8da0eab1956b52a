/** Attackers that send the head of a handshake one byte a second. They answer to `one`, `crowd` and `leave`. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { answer } from '../answers.ts';
import { requestHead } from '../wire.ts';

const BYTE_EVERY_MS = 1_000;
const ROUNDS_PER_BYTE = 10;
const HEAD = requestHead('/', `X-Padding: ${'x'.repeat(1_000)}\r\n`);

/** A socket that drips, and how far it is. */
interface Dripper {
  socket: Socket;
  sent: number;
}

const crowdSockets = new Set<Dripper>();
let timer: NodeJS.Timeout | undefined;

/** How long one of them is let live, in milliseconds; `undefined` when it still lives after `withinMs`. */
async function one(port: number, withinMs: number): Promise<number | undefined> {
  const dripper = open(port);
  const start = performance.now();
  const drops = setInterval(() => drip(dripper), BYTE_EVERY_MS);
  const over = await once(dripper.socket, 'close', { signal: AbortSignal.timeout(withinMs) }).then(
    () => performance.now() - start,
    () => undefined,
  );
  clearInterval(drops);
  dripper.socket.destroy();
  return over;
}

/** Keeps `count` of them dripping, each replaced when the server ends it; resolves when all are there. */
async function crowd(port: number, count: number): Promise<void> {
  const WAVE = 200;
  while (crowdSockets.size < count) {
    const wave = Array.from({ length: Math.min(WAVE, count - crowdSockets.size) }, () => keepDripping(port));
    await Promise.all(wave.map(({ socket }) => once(socket, 'connect')));
  }
  let round = 0;
  timer = setInterval(() => {
    round++;
    let index = 0;
    for (const dripper of crowdSockets) if (index++ % ROUNDS_PER_BYTE === round % ROUNDS_PER_BYTE) drip(dripper);
  }, BYTE_EVERY_MS / ROUNDS_PER_BYTE);
}

function leave(): void {
  clearInterval(timer);
  for (const { socket } of crowdSockets) socket.removeAllListeners('close').destroy();
  crowdSockets.clear();
}

function keepDripping(port: number): Dripper {
  const dripper = open(port);
  crowdSockets.add(dripper);
  const replace = (): void => {
    const next = open(port);
    dripper.socket = next.socket;
    dripper.sent = next.sent;
    dripper.socket.once('close', replace);
  };
  dripper.socket.once('close', replace);
  return dripper;
}

function open(port: number): Dripper {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {}).resume();
  return { socket, sent: 0 };
}

function drip(dripper: Dripper): void {
  const { socket, sent } = dripper;
  if (!socket.writable || socket.connecting) return;
  dripper.sent = sent + 1;
  socket.write(HEAD.charAt(sent));
}

answer({ one, crowd, leave });
