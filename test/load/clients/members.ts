/** Members of a room that only listen. They answer to `join`, `latencies` and `leave`. */
import { answer } from '../answers.ts';
import { openRaw, type RawPeer } from '../wire.ts';

const peers: RawPeer[] = [];
let latencies: number[] = [];

/** Lets `count` members join. Those that are stalled never read. */
async function join(port: number, count: number, messageBytes: number, stalled: boolean): Promise<void> {
  const WAVE = 100;
  while (count > 0) {
    const wave = await Promise.all(
      Array.from({ length: Math.min(WAVE, count) }, () => openRaw(port, { path: '/room' })),
    );
    for (const peer of wave) {
      peers.push(peer);
      if (!stalled) listen(peer, messageBytes);
    }
    count -= wave.length;
  }
}

/** Notes for each message how long after its publication its last byte was read. */
function listen({ socket }: RawPeer, messageBytes: number): void {
  const headBytes = messageBytes < 126 ? 2 : messageBytes < 65_536 ? 4 : 10;
  const frameBytes = headBytes + messageBytes;
  const stampAt = headBytes;
  const stamp = Buffer.alloc(8);
  let at = 0;
  socket.on('data', (chunk: Buffer) => {
    for (let read = 0; read < chunk.length; ) {
      const taken = Math.min(frameBytes - at, chunk.length - read);
      if (at < stampAt + 8 && at + taken > stampAt) {
        const from = Math.max(0, stampAt - at);
        const to = Math.min(taken, stampAt + 8 - at);
        chunk.copy(stamp, at + from - stampAt, read + from, read + to);
      }
      at += taken;
      read += taken;
      if (at < frameBytes) continue;
      at = 0;
      latencies.push(Number(process.hrtime.bigint() - stamp.readBigUInt64BE()) / 1e6);
    }
  });
  socket.resume();
}

/** How many messages arrived, and the milliseconds from publication to the last byte that this share of them stayed below. */
function measured(share: number): { count: number; quantileMs: number } {
  const sorted = Float64Array.from(latencies).sort();
  latencies = [];
  return { count: sorted.length, quantileMs: sorted[Math.floor(sorted.length * share)] ?? Number.NaN };
}

function leave(): void {
  for (const { socket } of peers) socket.destroy();
  peers.length = 0;
}

answer({ join, measured, leave });
