import { describe, expect, it } from 'vitest';
import { MemoryBudget, Protocol, resolveLimits, type TextPort } from '../../src/protocol/index.ts';
import { webText } from '../support/text.ts';
import { concat } from '../support/wire.ts';
import { writeLoose } from './frames.ts';

const READ_BYTES = 64 * 1024;

/** Counts what a connection asks of its ports: bytes of memory, and bytes of text read. */
class Meter extends MemoryBudget {
  asked = 0;
  textBytes = 0;

  override take(bytes: number): boolean {
    this.asked += bytes;
    return super.take(bytes);
  }

  get text(): TextPort {
    const decode: TextPort['decode'] = (bytes, start, end) => {
      this.textBytes += end - start;
      return webText.decode(bytes, start, end);
    };
    return { ...webText, decode };
  }
}

const frame = (opcode: number, payload: string, fin: boolean): Uint8Array =>
  writeLoose({ fin, rsv: 0, opcode, key: 0, lengthBits: 7, payload: new Uint8Array(Buffer.from(payload)) });

function repeat(first: Uint8Array, rest: Uint8Array): Uint8Array {
  return concat(first, ...Array<Uint8Array>(Math.floor((READ_BYTES - first.length) / rest.length)).fill(rest));
}

const HOSTILE: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['fragments of one byte', repeat(frame(1, 'a', false), frame(0, 'a', false))],
  ['empty fragments', repeat(frame(1, '', false), frame(0, '', false))],
  ['empty messages', repeat(frame(1, '', true), frame(1, '', true))],
  ['texts of one byte', repeat(frame(1, 'a', true), frame(1, 'a', true))],
  ['empty pings', repeat(frame(9, '', true), frame(9, '', true))],
  ['the longest pings', repeat(frame(9, 'x'.repeat(125), true), frame(9, 'x'.repeat(125), true))],
];

describe('64 KiB of what costs a receiver most', () => {
  for (const size of [1, 7, READ_BYTES]) {
    it.each(HOSTILE)(`asks for memory and text in proportion to its bytes: %s in pieces of ${size}`, (_name, bytes) => {
      const meter = new Meter(Infinity);
      let told = 0;
      const protocol = new Protocol({
        role: 'server',
        handler: { message: () => ++told < 0, pong: () => {}, ended: () => {} },
        text: meter.text,
        now: 0,
        limits: resolveLimits({ maxFragments: Infinity, pingsPerWindow: Infinity }),
        partialMessages: meter,
      });
      for (let at = 0; at < bytes.length; at += size) protocol.receive(bytes.subarray(at, at + size), 0);
      expect(protocol.brokenRule).toBeUndefined();
      expect(meter.asked).toBeLessThanOrEqual(2 * bytes.length);
      expect(meter.textBytes).toBeLessThanOrEqual(bytes.length);
      expect(protocol.bufferedBytes).toBeLessThanOrEqual(16 * (125 + 2));
    });
  }
});
