import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import { compressPattern } from '../../../src/bench/load/compressed-payload.ts';
import { readNumber, writeNumber } from '../../../src/bench/load/number.ts';
import { type Pattern, Patterns } from '../../../src/bench/load/pattern.ts';
import { PreparedFrame } from '../../../src/bench/load/prepared-frame.ts';
import { LOAD_DEFAULTS } from '../../../src/bench/run/defaults.ts';
import { FrameDecoder, isControlOpcode } from '../../../src/codec/index.ts';
import { inflateMessage } from '../../../src/node/index.ts';

const NO_MASK = new Uint8Array(8);
const folder = mkdtempSync(join(tmpdir(), 'ws101-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

function patterns(change: Partial<LoadConfig>): Patterns {
  return new Patterns({ ...LOAD_DEFAULTS, scenario: 'echo', url: 'ws://x', worker: 0, workers: 1, ...change });
}

/** The payload of the one masked frame that these bytes are. */
function unmasked(frame: Uint8Array): { opcode: number; rsv: number; payload: Buffer } {
  const pieces: Buffer[] = [];
  let opcode = -1;
  let rsv = 0;
  const decoder = new FrameDecoder({ role: 'server', reservedBits: { start: 4, continuation: 0, control: 0 } });
  decoder.push(frame, {
    header(header) {
      expect(isControlOpcode(header.opcode)).toBe(false);
      ({ opcode, rsv } = header);
    },
    payload(bytes, start, end) {
      pieces.push(Buffer.from(bytes.subarray(start, end)));
      return false;
    },
  });
  expect(decoder.idle).toBe(true);
  return { opcode, rsv, payload: Buffer.concat(pieces) };
}

describe('a prepared frame', () => {
  it('is a masked frame of the payload with the number that is stamped into a copy of it', () => {
    const sizes = fc.constantFrom(0, 1, 5, 8, 9, 32, 125, 126, 65_535, 65_536);
    fc.assert(
      fc.property(sizes, fc.nat({ max: 2 ** 42 - 1 }), fc.nat(), fc.nat({ max: 100 }), (size, number, shift, key) => {
        const width = Math.min(8, size);
        const at = size === width ? 0 : shift % (size - width);
        const payload = new Uint8Array(size).fill(97);
        const frame = new PreparedFrame({ opcode: 1, payload, at, width, maskKey: (key * 0x9e3779b1) | 0 });
        const batch = new Uint8Array(7 + frame.bytes.length);
        batch.set(frame.bytes, 7);
        frame.stamp(batch, 7, number);
        writeNumber(payload, at, width, number, NO_MASK);
        const sent = unmasked(batch.subarray(7));
        expect(sent).toMatchObject({ opcode: 1, rsv: 0 });
        expect(sent.payload.equals(payload)).toBe(true);
        expect(frame.tail).toBe(frame.bytes.length - size + at + width);
      }),
    );
  });
});

describe('the source of messages', () => {
  it('makes so many bytes from the seed, the same for the same seed, text unless binary is asked for', () => {
    const [one, again] = [
      patterns({ source: { kind: 'size', bytes: 500 }, binary: false }),
      patterns({ binary: false, source: { kind: 'size', bytes: 500 } }),
    ];
    expect(one.of(0)).toMatchObject({ opcode: 1, at: 0, width: 8 });
    expect(one.of(0).bytes.toString('latin1')).toMatch(/^[a-z0-9 .,]{500}$/);
    expect(again.of(3).bytes.equals(one.of(0).bytes)).toBe(true);
    expect(
      patterns({ seed: 2, binary: false, source: { kind: 'size', bytes: 500 } })
        .of(0)
        .bytes.equals(one.of(0).bytes),
    ).toBe(false);
    expect(patterns({ binary: true, source: { kind: 'size', bytes: 3 } }).of(0)).toMatchObject({ opcode: 2, width: 3 });
  });

  it('sends a file as it is, as text only when it is text', () => {
    const path = join(folder, 'message');
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]));
    const source = { kind: 'file', path } as const;
    expect(patterns({ source, binary: true }).of(0)).toMatchObject({
      bytes: Buffer.from([0x7b, 0xff, 0x7d]),
      width: 0,
    });
    expect(() => patterns({ source, binary: false })).toThrow('not UTF-8');
    expect(() => patterns({ source: { kind: 'file', path: join(folder, 'none') } })).toThrow('ENOENT');
  });

  it('fills a template for each client', () => {
    const text = '{"ä":"{{client}}","seq":"{{seq}}","r":"{{random}}"}';
    const made = patterns({ source: { kind: 'template', text }, binary: false });
    const seven = made.of(7);
    expect(JSON.parse(seven.bytes.toString())).toEqual({
      ä: '7',
      seq: '00000000',
      r: expect.stringMatching(/^[0-9a-z]{8}$/),
    });
    expect(seven.bytes.subarray(seven.at, seven.at + 8).toString()).toBe('00000000');
    expect(made.of(7).bytes.equals(seven.bytes)).toBe(true);
    expect(made.of(8).bytes.equals(seven.bytes)).toBe(false);
    expect(patterns({ source: { kind: 'template', text: 'same' } }).of(0)).toMatchObject({ width: 0 });
    expect(() => patterns({ source: { kind: 'template', text: '{{seq}} {{seq}}' } })).toThrow('{{seq}} once');
  });
});

describe('RFC 7692 §7.2: a message compressed beforehand', () => {
  const contents: Readonly<Record<string, Pattern>> = {
    'text that repeats itself': {
      opcode: 1,
      bytes: Buffer.from('number01 and the rest, and the rest, and the rest'),
      at: 0,
      width: 8,
    },
    'a number in the middle': {
      opcode: 1,
      bytes: Buffer.from(`{"items":[1,1,1,1],"seq":"12345678","items2":[1,1,1,1]}`),
      at: 26,
      width: 8,
    },
    'a number at the end': { opcode: 1, bytes: Buffer.from('aaaaaaaaaaaaaaaaaaaa00000000'), at: 20, width: 8 },
    'nothing but a number': { opcode: 1, bytes: Buffer.from('00000000'), at: 0, width: 8 },
    'no number': { opcode: 2, bytes: Buffer.from('abcabcabcabcabc'), at: 0, width: 0 },
    'all bytes there are': {
      opcode: 2,
      bytes: Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * i + (i >> 4)) & 255)),
      at: 0,
      width: 8,
    },
    'more than the window': { opcode: 2, bytes: Buffer.alloc(70_000, 'long enough. '), at: 9, width: 8 },
  };
  const cases = Object.entries(contents).flatMap(([name, pattern]) =>
    [8, 9, 12, 15].flatMap((bits) => [true, false].map((takeover) => [name, bits, takeover, pattern] as const)),
  );

  it.each(cases)('%s: window %i, taken over: %s', (_name, clientMaxWindowBits, takeover, pattern) => {
    const agreement = {
      serverNoContextTakeover: false,
      clientNoContextTakeover: !takeover,
      serverMaxWindowBits: 15,
      clientMaxWindowBits,
    };
    const first = compressPattern(pattern, agreement, false);
    const next = takeover ? compressPattern(pattern, agreement, true) : first;
    let window = Buffer.alloc(0);
    for (const [index, number] of [7, 8, 123_456_789, 2 ** 41].entries()) {
      const { payload, at } = index === 0 ? first : next;
      const stamped = Uint8Array.from(payload);
      writeNumber(stamped, at, pattern.width, number, NO_MASK);
      const expected = Buffer.from(pattern.bytes);
      writeNumber(expected, pattern.at, pattern.width, number, NO_MASK);
      const plain = inflateMessage(stamped, clientMaxWindowBits, 1e6, takeover ? window : undefined);
      expect(Buffer.compare(plain, expected)).toBe(0);
      if (pattern.width > 0) expect(readNumber(plain, pattern.at, pattern.width)).toBe(number);
      window = Buffer.concat([window, expected]).subarray(-(2 ** clientMaxWindowBits));
    }
  });
});
