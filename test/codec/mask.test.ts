import fc from 'fast-check';
import { describe, expect, it as ours } from 'vitest';
import { applyMask } from '../../src/codec/index.ts';
import { masking } from '../../src/codec/mask.ts';
import { simdMasker } from '../../src/codec/simd-mask.ts';
import { EXAMPLE_KEY, hex, maskSlowly, toHex, utf8 } from '../support/wire.ts';

/** Runs a test with payloads masked by SIMD from this length on. */
function withSimdFrom(from: number, test: () => void): void {
  const usual = masking.from;
  masking.from = from;
  try {
    test();
  } finally {
    masking.from = usual;
  }
}

for (const [how, simdFrom] of [
  ['by SIMD', 0],
  ['by words and bytes', Infinity],
] as const) {
  describe(`RFC 6455 §5.3, masking ${how}`, () => {
    const it = (requirement: string, test: () => void): void => ours(requirement, () => withSimdFrom(simdFrom, test));

    it('masks Hello as the example of §5.7 does', () => {
      const bytes = utf8('Hello');
      expect(applyMask(bytes, EXAMPLE_KEY)).toBe(1);
      expect(toHex(bytes)).toBe('7f9f4d5158');
    });

    it('agrees with one byte at a time at every alignment, phase and length around the word-wise threshold', () => {
      const key = 0x81c3a57e;
      const backing = new Uint8Array(256).map((_, i) => (i * 37) & 0xff);
      for (let offset = 0; offset < 4; offset++) {
        for (let start = 0; start < 4; start++) {
          for (let phase = 0; phase < 4; phase++) {
            for (let length = 0; length <= 135; length++) {
              const view = backing.slice().subarray(offset);
              const expected = view.slice();
              expected.set(maskSlowly(view.slice(start, start + length), key, phase), start);
              const next = applyMask(view, key, phase, start, start + length);
              if (toHex(view) !== toHex(expected) || next !== (phase + length) % 4) {
                expect({ offset, start, phase, length, next }).toBe('masked like the slow one');
              }
            }
          }
        }
      }
    });

    it('leaves bytes outside of the range alone', () => {
      const bytes = hex('00'.repeat(200));
      applyMask(bytes, -1, 0, 10, 190);
      expect(toHex(bytes)).toBe('00'.repeat(10) + 'ff'.repeat(180) + '00'.repeat(10));
      for (let start = 60; start < 68; start++) {
        for (let length = 0; length < 6; length++) {
          const few = new Uint8Array(80);
          applyMask(few, -1, 0, start, start + length);
          expect(toHex(few)).toBe('00'.repeat(start) + 'ff'.repeat(length) + '00'.repeat(80 - start - length));
        }
      }
    });

    it('takes the key as a signed or an unsigned integer', () => {
      for (const length of [3, 100]) {
        const [signed, unsigned] = [new Uint8Array(length), new Uint8Array(length)];
        applyMask(signed, 0xf1e2d3c4 | 0, 3);
        applyMask(unsigned, 0xf1e2d3c4, 3);
        expect(signed).toEqual(unsigned);
      }
    });

    it('counts the phase on with a key of zeros too, and changes nothing', () => {
      const bytes = hex('010203');
      expect(applyMask(bytes, 0, 2)).toBe(1);
      expect(toHex(bytes)).toBe('010203');
    });

    it('is undone by masking again', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer(), fc.nat(3), (bytes, key, phase) => {
          const twice = bytes.slice();
          applyMask(twice, key, phase);
          applyMask(twice, key, phase);
          expect(twice).toEqual(bytes);
        }),
      );
    });

    it('in pieces gives what it gives in one', () => {
      const cuts = fc.array(fc.nat(400), { maxLength: 6 });
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer(), cuts, (bytes, key, at) => {
          const whole = bytes.slice();
          applyMask(whole, key);
          const pieces = bytes.slice();
          let phase = 0;
          let start = 0;
          for (const end of [...at.filter((cut) => cut <= bytes.length).sort((a, b) => a - b), bytes.length]) {
            phase = applyMask(pieces, key, phase, start, end);
            start = end;
          }
          expect(pieces).toEqual(whole);
          expect(phase).toBe(bytes.length % 4);
        }),
      );
    });
  });
}

describe('masking by SIMD', () => {
  ours('does what the loops do, whatever the length, the phase, and where it lies', () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 3 * 65_520 + 40, size: 'max' });
    fc.assert(
      fc.property(bytes, fc.integer(), fc.nat(3), fc.nat(20), (given, key, phase, margin) => {
        const end = Math.max(margin, given.length - margin);
        const [simd, loops] = [given.slice(), given.slice()];
        let next = 0;
        withSimdFrom(0, () => {
          next = applyMask(simd, key, phase, margin, end);
        });
        withSimdFrom(Infinity, () => expect(applyMask(loops, key, phase, margin, end)).toBe(next));
        expect(Buffer.compare(simd, loops)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  ours('fills and empties its memory as often as a payload needs', () => {
    for (const length of [65_519, 65_520, 65_521, 131_040, 131_041]) {
      const bytes = new Uint8Array(length);
      withSimdFrom(0, () => applyMask(bytes, 0x01020304));
      expect(
        bytes.every((byte, i) => byte === (i % 4) + 1),
        `${length} bytes`,
      ).toBe(true);
    }
  });

  ours('is taken from the length on that pays for it, wherever that lies', () => {
    expect(masking.from).toBe(512);
    expect(simdMasker()).toBeDefined();
    const { simd } = masking;
    const calls: unknown[] = [];
    masking.simd = (_bytes, ...rest) => void calls.push(rest);
    try {
      for (const length of [0, 511, 512]) applyMask(new Uint8Array(2000), 0x01020304, 1, 1000, 1000 + length);
    } finally {
      masking.simd = simd;
    }
    expect(calls).toEqual([[0x02030401, 1000, 1512]]);
  });

  ours('is done without where the engine has none or a policy refuses to compile', () => {
    const { WebAssembly } = globalThis;
    const { simd } = masking;
    const refusing = {
      Module: class {
        constructor() {
          throw new EvalError('refused by a policy');
        }
      },
    };
    try {
      for (const engine of [undefined, refusing]) {
        Object.assign(globalThis, { WebAssembly: engine });
        masking.simd = undefined;
        const bytes = new Uint8Array(5000);
        expect(applyMask(bytes, 0x01020304, 1)).toBe(1);
        expect(bytes.every((byte, i) => byte === ((i + 1) % 4) + 1)).toBe(true);
        expect(masking.simd).toBe(false);
      }
    } finally {
      Object.assign(globalThis, { WebAssembly });
      masking.simd = simd;
    }
  });
});
