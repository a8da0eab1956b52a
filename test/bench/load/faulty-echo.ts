import type { Socket } from 'node:net';
import { openingServer } from './raw-server.ts';

/** What becomes of one reply: the frames that are sent in its place; those of the next replies follow it. */
export type Fault = (reply: Buffer, held: Buffer[]) => Buffer[];

const HEADER_BYTES = 6;

/** Ways to get a reply wrong: `held` goes out behind the next reply. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  lost: () => [],
  duplicated: (reply) => [reply, reply],
  reordered: (reply, held) => {
    held.push(reply);
    return [];
  },
  truncated: (reply) => {
    const short = Buffer.from(reply.subarray(0, reply.length - 1));
    short[1] = short.length - 2;
    return [short];
  },
  corrupted: (reply) => {
    const wrong = Buffer.from(reply);
    wrong[20] = (wrong[20] ?? 0) ^ 0x10;
    return [wrong];
  },
};

/**
 * A server that sends masked messages of `payloadBytes` (less than 126) back, and every `oneIn`-th of all connections
 * together wrongly. Written for speed: it takes for granted that all frames are of that length.
 */
export function faultyEcho(payloadBytes: number, oneIn: number, fault: Fault): Promise<number> {
  let count = 0;
  return openingServer((socket: Socket) => {
    const frameBytes = HEADER_BYTES + payloadBytes;
    let rest = Buffer.alloc(0);
    const held: Buffer[] = [];
    return (chunk) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const frames = Math.floor(bytes.length / frameBytes);
      const out: Buffer[] = [];
      let replies = Buffer.alloc(frames * (2 + payloadBytes));
      let used = 0;
      for (let frame = 0; frame < frames; frame++) {
        const start = used;
        used = unmask(bytes, frame * frameBytes, replies, used, payloadBytes);
        if (++count % oneIn === 0) {
          const reply = Buffer.from(replies.subarray(start, used));
          out.push(replies.subarray(0, start), ...fault(reply, held));
          replies = replies.subarray(used);
          used = 0;
        } else if (held.length > 0) {
          out.push(replies.subarray(0, used), ...held.splice(0));
          replies = replies.subarray(used);
          used = 0;
        }
      }
      out.push(replies.subarray(0, used));
      rest = Buffer.from(bytes.subarray(frames * frameBytes));
      socket.write(Buffer.concat(out));
    };
  });
}

function unmask(from: Buffer, at: number, to: Buffer, start: number, payloadBytes: number): number {
  to[start] = from[at] ?? 0;
  to[start + 1] = payloadBytes;
  for (let i = 0; i < payloadBytes; i++) {
    to[start + 2 + i] = (from[at + HEADER_BYTES + i] ?? 0) ^ (from[at + 2 + (i & 3)] ?? 0);
  }
  return start + 2 + payloadBytes;
}
