import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { dissect, type TurnAnatomy } from '../../scripts/illustrated/anatomy.ts';
import { formatBytes, parseBytes, toHex } from '../../scripts/illustrated/bytes.ts';
import { Facts } from '../../scripts/illustrated/facts.ts';
import { record } from '../../scripts/illustrated/record.ts';
import { parseRecording, printRecording, type Recording, readRecording } from '../../scripts/illustrated/recording.ts';

const TEXT = readFileSync(new URL('../../docs/illustrated/recording.json', import.meta.url), 'utf8');

/** What a turn says to any receiver: compressed messages inflated, since compressors of other versions may differ. */
function meaning(turns: readonly TurnAnatomy[], facts: Facts): string[] {
  return turns.map(({ id, from, pieces }) => {
    const said = pieces.map((piece) => {
      const trace = facts.trace(piece);
      return trace === undefined ? toHex(piece.bytes) : `${toHex(piece.bytes.subarray(0, 1))} ${toHex(trace.plain)}`;
    });
    return `${id} from ${from}: ${said.join(' | ')}`;
  });
}

describe('docs/illustrated/recording.json', () => {
  let recorded: Recording;
  beforeAll(async () => {
    recorded = await record();
  });

  it('is what the server and the client say to each other today; npm run docs:illustrated -- --record writes it', () => {
    const committed = readRecording();
    const [then, now] = [committed, recorded].map((recording) => {
      const turns = dissect(recording);
      return meaning(turns, new Facts(recording, turns));
    });
    expect(now).toEqual(then);
    const ends = (recording: Recording): string[] => recording.map(({ name, endedBy }) => `${name}: ${endedBy}`);
    expect(ends(recorded)).toEqual(ends(committed));
  });

  it('is written as it is read', () => {
    expect(printRecording(parseRecording(TEXT)) === TEXT).toBe(true);
  });

  it('is refused with two turns of one name', () => {
    const twice = JSON.stringify({ connections: [{ name: 'a', endedBy: 'client', turns: [turn('b'), turn('b')] }] });
    expect(() => parseRecording(twice)).toThrow('the same name');
  });
});

function turn(id: string): object {
  return { id, from: 'client', bytes: ['00'] };
}

describe('bytes in a recording', () => {
  it('come back as they were, repetitions too', () => {
    const runs = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 90 })));
    fc.assert(
      fc.property(runs, (all) => {
        const bytes = Buffer.concat(all.map(([piece, times]) => Buffer.concat(Array<Uint8Array>(times).fill(piece))));
        expect(Buffer.from(parseBytes(formatBytes(bytes))).equals(bytes)).toBe(true);
      }),
    );
  });

  it('are short where they repeat themselves', () => {
    expect(formatBytes(Buffer.alloc(1000, Uint8Array.of(1, 2, 3, 4)))).toEqual(['01020304*250']);
  });

  it.each(['0', 'xy', '00*0', '00*', '*2', ''])('are refused when they are none: %j', (line) => {
    expect(() => parseBytes([line])).toThrow('no bytes');
  });
});
