import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, Opcode } from '../../src/codec/index.ts';
import { Slab } from '../../src/protocol/index.ts';
import { Outbox } from '../../src/protocol/outbox.ts';
import { webText } from '../support/text.ts';
import { concat } from '../support/wire.ts';

const BINARY = 0x80 | Opcode.BINARY;
const TEXT = 0x80 | Opcode.TEXT;
const BOXES = 4;

type Step =
  | { readonly kind: 'frame' | 'text'; readonly box: number; readonly size: number }
  | { readonly kind: 'ready'; readonly box: number; readonly which: number }
  | { readonly kind: 'blocked'; readonly box: number; readonly blocked: boolean }
  | { readonly kind: 'write'; readonly box: number; readonly atLeast: number; readonly copies: boolean };

const box = fc.nat(BOXES - 1);
const size = fc.oneof(
  { weight: 6, arbitrary: fc.nat(300) },
  { weight: 3, arbitrary: fc.integer({ min: 5_000, max: 16_384 }) },
  { weight: 1, arbitrary: fc.constantFrom(16_379, 16_380, 16_385, 70_000) },
);
const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('frame' as const, 'text' as const), box, size }),
  fc.record({ kind: kind('ready'), box, which: fc.nat(4) }),
  fc.record({ kind: kind('blocked'), box, blocked: fc.boolean() }),
  fc.record({
    kind: kind('write'),
    box,
    atLeast: fc.constantFrom(1, 20_000, Infinity),
    copies: fc.boolean(),
  }),
);

/** Ready frames of which two are small, two come to more than a run together, one is referenced. */
const READY = [3, 40, 9_000, 10_000, 20_000].map((length, i) =>
  encodeFrame(Opcode.BINARY, new Uint8Array(length).fill(0xf0 + i)),
);

/** An outbox beside all that it has to give, frame by frame, and all that it gave. */
class Checked {
  readonly outbox: Outbox;
  #expected: Uint8Array[] = [];
  #written: Uint8Array[] = [];

  constructor(slab: Slab) {
    this.outbox = new Outbox(slab, undefined);
  }

  add(frame: Uint8Array): void {
    this.#expected.push(frame);
  }

  /** Takes it as a transport does: one that copies gives the memory back, the other keeps what it was given. */
  write(atLeast: number, copies: boolean): void {
    const before = this.outbox.bytes;
    const chunks = this.outbox.take(atLeast);
    const bytes = concat(...chunks);
    expect(this.outbox.bytes).toBe(before - bytes.length);
    if (!copies) {
      this.#written.push(...chunks);
      return;
    }
    this.#written.push(bytes);
    this.outbox.copied(chunks);
  }

  check(): void {
    this.write(Infinity, false);
    const written = concat(...this.#written);
    const expected = concat(...this.#expected);
    expect(written.length).toBe(expected.length);
    expect(Buffer.compare(written, expected)).toBe(0);
  }
}

describe('outboxes on one slab', () => {
  it('never touch bytes that somebody still has', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 20, maxLength: 100 }), (steps) => {
        const slab = new Slab((bytes) => new Uint8Array(bytes).fill(0xee));
        const boxes = Array.from({ length: BOXES }, () => new Checked(slab));
        for (const [i, step] of steps.entries()) {
          const checked = boxes[step.box]!;
          const { outbox } = checked;
          if (step.kind === 'blocked') outbox.blocked = step.blocked;
          else if (step.kind === 'write') checked.write(step.atLeast, step.copies);
          else if (step.kind === 'ready') {
            outbox.encoded(READY[step.which]!);
            checked.add(READY[step.which]!);
          } else if (step.kind === 'text') {
            const text = String.fromCharCode(0x20 + (i % 90)).repeat(step.size);
            outbox.text(TEXT, text, step.size, webText);
            checked.add(encodeFrame(Opcode.TEXT, Buffer.from(text)));
          } else {
            const payload = new Uint8Array(step.size).fill(i);
            outbox.frame(BINARY, payload);
            checked.add(encodeFrame(Opcode.BINARY, payload));
          }
        }
        for (const checked of boxes) checked.check();
      }),
      { numRuns: 60 },
    );
  });
});
