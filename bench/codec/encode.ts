import { encodeFrame, Opcode } from '../../src/codec/index.ts';
import { Protocol } from '../../src/protocol/index.ts';
import type { Contender, Contest } from './contest.ts';
import { loadWs } from './peers.ts';
import { MASK_KEY, payloadOf, sizeName } from './wire.ts';

const SIZES = [8, 32, 125, 1024, 16_384, 65_536, 1_048_576];
/** Frames that a connection collects before its driver writes them, as in one turn of the loop. */
const BATCH = 16;

/** Messages of a size, and who makes frames of them that can be written. */
export function encodeContests(sizes: readonly number[] = SIZES): Contest[] {
  return [false, true].flatMap((masked) =>
    sizes.map((bytes): Contest => {
      const payload = payloadOf(bytes);
      return {
        name: `encode ${sizeName(bytes)}, ${masked ? 'masked' : 'not masked'}`,
        unit: 'ns/frame',
        units: BATCH,
        comesTo: BATCH * (bytes + headerBytes(bytes) + (masked ? 4 : 0)),
        contenders: [protocol(payload, masked), codec(payload, masked), ws(payload, masked)],
      };
    }),
  );
}

function headerBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** One array for each frame, the payload copied. */
function codec(payload: Uint8Array, masked: boolean): Contender {
  const options = masked ? { maskKey: MASK_KEY } : {};
  return {
    name: 'ws101/codec, encodeFrame',
    run(times) {
      let bytes = 0;
      for (let i = 0; i < times * BATCH; i++) bytes += encodeFrame(Opcode.BINARY, payload, options).length;
      return bytes;
    },
  };
}

/** What a connection writes at once: small payloads copied into one slab, large ones referenced unless masked. */
function protocol(payload: Uint8Array, masked: boolean): Contender {
  const connection = new Protocol({
    role: masked ? 'client' : 'server',
    now: 0,
    nextMaskKey: () => MASK_KEY,
    text: { decode: () => '', encode: () => new Uint8Array(0) } as never,
    limits: { sendQueueBytes: Infinity } as never,
    handler: { message: () => false, pong() {}, ended() {} },
  });
  return {
    name: 'ws101/protocol, outbox',
    run(times) {
      let bytes = 0;
      for (let i = 0; i < times; i++) {
        for (let n = 0; n < BATCH; n++) connection.send(payload);
        for (const chunk of connection.outbox.take()) bytes += chunk.length;
      }
      return bytes;
    },
  };
}

/** Two arrays for each frame: the header, and the payload, which is copied when it is masked. */
function ws(payload: Uint8Array, masked: boolean): Contender {
  const { Sender, version } = loadWs();
  const generateMask = (mask: Uint8Array): void => {
    mask[0] = MASK_KEY >>> 24;
    mask[1] = MASK_KEY >>> 16;
    mask[2] = MASK_KEY >>> 8;
    mask[3] = MASK_KEY;
  };
  const fixed = { fin: true, rsv1: false, opcode: Opcode.BINARY, mask: masked, readOnly: true, generateMask };
  const data = Buffer.from(payload);
  return {
    name: `ws ${version}, Sender.frame`,
    run(times) {
      let bytes = 0;
      for (let i = 0; i < times * BATCH; i++) for (const part of Sender.frame(data, { ...fixed })) bytes += part.length;
      return bytes;
    },
  };
}
