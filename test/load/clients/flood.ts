/** An attacker that writes the same frame again and again. It answers to `run`. */
import { answer } from '../answers.ts';
import { closeCodeOf, maskedFrame, offer, openRaw } from '../wire.ts';

/** What is written, how much of it, and whether anything is read. */
export interface FloodSettings {
  readonly port: number;
  readonly path?: string;
  /** The first byte of a frame that goes before all others. */
  readonly begin?: number;
  readonly firstByte: number;
  readonly payloadBytes: number;
  readonly totalBytes: number;
  readonly withinMs: number;
  /** When the answers are read; `never` leaves the connection open. */
  readonly reads: 'meanwhile' | 'afterwards' | 'never';
}

/** What became of it. */
export interface FloodOutcome {
  /** Bytes that the kernel took. */
  readonly acceptedBytes: number;
  readonly closeCode: number | undefined;
}

const WRITE_BYTES = 64 * 1024;
const STALL_MS = 2_000;

async function run(settings: FloodSettings): Promise<FloodOutcome> {
  const { port, path = '/', begin, firstByte, payloadBytes, totalBytes, withinMs, reads } = settings;
  const peer = await openRaw(port, { path });
  const { socket } = peer;
  if (begin !== undefined) socket.write(maskedFrame(begin));
  const frame = maskedFrame(firstByte, Buffer.alloc(payloadBytes, 0x78));
  const chunk = Buffer.concat(Array.from({ length: Math.ceil(WRITE_BYTES / frame.length) }, () => frame));
  const meanwhile = reads === 'meanwhile' ? closeCodeOf(peer) : undefined;
  void meanwhile?.then(() => socket.destroy());
  const acceptedBytes = await offer(socket, chunk, { totalBytes, withinMs, stallMs: STALL_MS });
  if (reads === 'never') return { acceptedBytes, closeCode: undefined };
  const closeCode = await (meanwhile ?? closeCodeOf(peer));
  socket.destroy();
  return { acceptedBytes, closeCode };
}

answer({ run });
