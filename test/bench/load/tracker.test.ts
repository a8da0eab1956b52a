import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageCheck } from '../../../src/bench/load/message-check.ts';
import { numbersIn, numberWidth, readNumber, writeNumber } from '../../../src/bench/load/number.ts';
import type { Pattern } from '../../../src/bench/load/pattern.ts';
import { Tracker } from '../../../src/bench/load/tracker.ts';
import type { FaultName } from '../../../src/bench/model.ts';

const NO_MASK = new Uint8Array(8);
const TEXT = 1;

function patternOf(size: number, at: number = 0): Pattern {
  const width = Math.min(numberWidth(size), size - at);
  return { opcode: TEXT, bytes: Buffer.alloc(size, 'the quick brown fox '), at, width };
}

function messageOf({ bytes, at, width }: Pattern, number: number): Uint8Array {
  const message = Uint8Array.from(bytes);
  writeNumber(message, at, width, number, NO_MASK);
  return message;
}

/** What is found in a stream of messages, each of which comes in pieces of at most so many bytes. */
function faultsIn(
  stream: readonly Uint8Array[],
  pattern: Pattern,
  sent: number,
  pieceBytes: number,
  opcodeOf: (index: number) => number = () => TEXT,
): Partial<Record<FaultName, number>> {
  const tracker = new Tracker(numbersIn(pattern.width), () => 0);
  const check = new MessageCheck(pattern);
  for (const [index, message] of stream.entries()) {
    check.begin(opcodeOf(index));
    for (let at = 0; at < message.length; at += pieceBytes) {
      check.take(message, at, Math.min(message.length, at + pieceBytes));
    }
    tracker.take(check.number(), check.verdict(), sent);
  }
  tracker.finish(sent);
  return Object.fromEntries(Object.entries(tracker.faults).filter(([, count]) => count > 0));
}

const SHAPES = fc
  .record({ size: fc.integer({ min: 4, max: 300 }), shift: fc.integer({ min: 0, max: 300 }) })
  .map(({ size, shift }) => patternOf(size, size <= 8 ? 0 : shift % (size - 8)));
const STREAMS = fc.record({
  pattern: SHAPES,
  sent: fc.integer({ min: 2, max: 40 }),
  pieceBytes: fc.integer({ min: 1, max: 320 }),
  which: fc.nat(),
  detail: fc.nat(),
});

function sound(pattern: Pattern, sent: number): Uint8Array[] {
  return Array.from({ length: sent }, (_, number) => messageOf(pattern, number));
}

function spliced(stream: readonly Uint8Array[], at: number, gone: number, ...added: Uint8Array[]): Uint8Array[] {
  const copy = [...stream];
  copy.splice(at, gone, ...added);
  return copy;
}

/** Ways to change one message of a stream, and the fault that each is. */
const MUTATIONS: Readonly<
  Record<string, [FaultName, (s: Uint8Array[], which: number, detail: number) => Uint8Array[]]>
> = {
  dropped: ['lost', (stream, which) => spliced(stream, which, 1)],
  doubled: ['duplicated', (stream, which) => spliced(stream, which, 0, stream[which]!)],
  'doubled at the end': ['duplicated', (stream, which) => [...stream, stream[which]!]],
  'sent later': [
    'reordered',
    (stream, which, detail) => {
      const from = which % (stream.length - 1);
      const to = from + 1 + (detail % (stream.length - 1 - from));
      return spliced(spliced(stream, from, 1), to, 0, stream[from]!);
    },
  ],
  'cut short': [
    'truncated',
    (stream, which, detail) => spliced(stream, which, 1, stream[which]!.subarray(0, detail % stream[which]!.length)),
  ],
  'changed in one byte': [
    'corrupted',
    (stream, which, detail) => {
      const changed = Uint8Array.from(stream[which]!);
      const at = detail % changed.length;
      changed[at] = changed[at]! ^ (1 + (detail % 255));
      return spliced(stream, which, 1, changed);
    },
  ],
  lengthened: ['corrupted', (stream, which) => spliced(stream, which, 1, Uint8Array.from([...stream[which]!, 120]))],
};

describe('the tracker of numbered messages', () => {
  it('finds nothing in a sound stream, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(STREAMS, ({ pattern, sent, pieceBytes }) => {
        expect(faultsIn(sound(pattern, sent), pattern, sent, pieceBytes)).toEqual({});
      }),
    );
  });

  it.each(Object.entries(MUTATIONS))('names exactly one fault when one message was %s', (_, [fault, mutate]) => {
    fc.assert(
      fc.property(STREAMS, ({ pattern, sent, pieceBytes, which, detail }) => {
        const stream = mutate(sound(pattern, sent), which % sent, detail);
        expect(faultsIn(stream, pattern, sent, pieceBytes)).toEqual({ [fault]: 1 });
      }),
      { numRuns: 300 },
    );
  });

  it('takes text that came back as binary for corrupted', () => {
    const pattern = patternOf(32);
    const opcodeOf = (index: number): number => (index === 3 ? 2 : TEXT);
    expect(faultsIn(sound(pattern, 9), pattern, 9, 32, opcodeOf)).toEqual({ corrupted: 1 });
  });

  it('takes a number that was never sent for corrupted', () => {
    const pattern = patternOf(32);
    const stream = spliced(sound(pattern, 9), 8, 1, messageOf(pattern, 1_000_000));
    expect(faultsIn(stream, pattern, 9, 32)).toEqual({ corrupted: 1 });
  });

  it.each([1, 2, 3])('catches every mutation of messages of %i bytes, whatever it names it', (size) => {
    const pattern = patternOf(size);
    for (const [, mutate] of Object.values(MUTATIONS)) {
      for (let which = 0; which < 12; which++) {
        for (let detail = 0; detail < 24; detail++) {
          const faults = faultsIn(mutate(sound(pattern, 12), which, detail), pattern, 12, 7);
          expect(Object.keys(faults)).not.toEqual([]);
        }
      }
    }
  });

  it('sees loss and surplus of messages that have no number', () => {
    const pattern: Pattern = { opcode: TEXT, bytes: Buffer.from('ping'), at: 0, width: 0 };
    const stream = sound(pattern, 5);
    expect(faultsIn(stream.slice(1), pattern, 5, 8)).toEqual({ lost: 1 });
    expect(faultsIn([...stream, stream[0]!], pattern, 5, 8)).toEqual({ duplicated: 1 });
    expect(faultsIn(spliced(stream, 2, 1, Buffer.from('pong')), pattern, 5, 8)).toEqual({ corrupted: 1 });
  });

  it('follows numbers that begin again because the message is short', () => {
    const pattern = patternOf(1);
    const tracker = new Tracker(numbersIn(1), (number) => number * 10);
    const check = new MessageCheck(pattern);
    for (let number = 0; number < 500; number++) {
      check.begin(TEXT);
      check.take(messageOf(pattern, number), 0, 1);
      expect(tracker.take(check.number(), check.verdict(), 500)).toBe(number);
      expect(tracker.sentAt).toBe(number * 10);
    }
    tracker.finish(500);
    expect(Object.values(tracker.faults)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('numbers in messages', () => {
  it('are read as they were written, in any width that holds them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat({ max: 2 ** 48 - 1 }),
        fc.nat({ max: 9 }),
        (width, any, at) => {
          const number = any % numbersIn(width);
          const bytes = new Uint8Array(20);
          writeNumber(bytes, at, width, number, NO_MASK);
          expect(readNumber(bytes, at, width)).toBe(number);
          const written = Buffer.from(bytes.subarray(at, at + width)).toString('latin1');
          expect(written).toMatch(/^[0-9A-Za-z_-]+$/);
        },
      ),
    );
  });

  it('are no numbers any more when one character is another one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 8 }),
        fc.nat({ max: 2 ** 42 - 1 }),
        fc.nat({ max: 7 }),
        fc.integer({ min: 1, max: 255 }),
        (width, any, at, flip) => {
          const bytes = new Uint8Array(8);
          writeNumber(bytes, 0, width, any % numbersIn(width), NO_MASK);
          bytes[at % width] = bytes[at % width]! ^ flip;
          expect(readNumber(bytes, 0, width)).toBe(-1);
        },
      ),
    );
  });
});
