/** An attacker that sends 1 GiB of zeros, compressed. It answers to `run`. */
import { constants, deflateRawSync } from 'node:zlib';
import { answer } from '../answers.ts';
import { closeCodeOf, maskedFrame, openRaw } from '../wire.ts';

/** What became of the bomb. */
export interface BombOutcome {
  readonly wireBytes: number;
  readonly plainBytes: number;
  readonly closeCode: number | undefined;
  readonly answeredMs: number;
}

const PIECES = 64;
const PIECE_BYTES = 16 * 1024 * 1024;
const COMPRESSED_FIN_BINARY = 0xc2;

async function run(port: number): Promise<BombOutcome> {
  // Each piece ends on a byte and refers to nothing before it, so that one serves for all.
  const piece = deflateRawSync(Buffer.alloc(PIECE_BYTES), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const all = Buffer.concat(Array.from({ length: PIECES }, () => piece));
  const frame = maskedFrame(COMPRESSED_FIN_BINARY, all.subarray(0, -4));
  const peer = await openRaw(port, { fields: 'Sec-WebSocket-Extensions: permessage-deflate\r\n' });
  const start = performance.now();
  peer.socket.write(frame);
  const closeCode = await closeCodeOf(peer);
  const answeredMs = performance.now() - start;
  peer.socket.destroy();
  return { wireBytes: frame.length, plainBytes: PIECES * PIECE_BYTES, closeCode, answeredMs };
}

answer({ run });
