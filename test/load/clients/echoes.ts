/** Well-behaved clients of an echo. They answer to `exchange` and `probe`. */
import { answer } from '../answers.ts';
import { FIN_BINARY, maskedFrame, openRaw, type RawPeer, readSome } from '../wire.ts';

/** Sends messages and reads their echoes, so that a server has done ordinary work before it is attacked. */
async function exchange(port: number, payloadBytes: number, totalBytes: number): Promise<void> {
  const { socket } = await openRaw(port);
  const frame = maskedFrame(FIN_BINARY, Buffer.alloc(payloadBytes, 0x78));
  const perBatch = Math.max(1, Math.floor((256 * 1024) / frame.length));
  const batch = Buffer.concat(Array.from({ length: perBatch }, () => frame));
  const echoBytes = (frame.length - 4) * perBatch;
  for (let sent = 0; sent < totalBytes; sent += batch.length) {
    socket.write(batch);
    for (let read = 0; read < echoBytes; ) {
      const chunk = await readSome(socket);
      if (chunk === undefined) throw new Error('the server ended an ordinary connection');
      read += chunk.length;
    }
  }
  socket.destroy();
}

const PROBE = maskedFrame(FIN_BINARY, Buffer.alloc(16, 0x70));
const PROBE_ECHO_BYTES = PROBE.length - 4;

/** Round trips in milliseconds of single messages on `count` connections, one after the other on each, `everyMs` apart. */
async function probe(port: number, count: number, everyMs: number, forMs: number): Promise<number[]> {
  const peers = await Promise.all(Array.from({ length: count }, () => openRaw(port)));
  const until = performance.now() + forMs;
  const all = await Promise.all(peers.map((peer) => roundTrips(peer, everyMs, until)));
  for (const { socket } of peers) socket.destroy();
  return all.flat();
}

async function roundTrips({ socket }: RawPeer, everyMs: number, until: number): Promise<number[]> {
  const latencies: number[] = [];
  // From when a message was due: a slow answer must not excuse those that wait behind it.
  for (let due = performance.now(); due < until; due += everyMs) {
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const start = Math.max(due, wait > 0 ? performance.now() : due);
    socket.write(PROBE);
    for (let read = 0; read < PROBE_ECHO_BYTES; ) {
      const chunk = await readSome(socket);
      if (chunk === undefined) throw new Error('the server ended a probe');
      read += chunk.length;
    }
    latencies.push(performance.now() - start);
  }
  return latencies;
}

answer({ exchange, probe });
