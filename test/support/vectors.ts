import { describe, expect, it } from 'vitest';
import { masking } from '../../src/codec/mask.ts';
import {
  concat,
  cuttings,
  type Decoded,
  decodeChunks,
  EXAMPLE_KEY,
  hex,
  maskSlowly,
  ROLES,
  type Role,
} from './wire.ts';

/** One frame as it stands on the wire unmasked: the header, then the payload, in hexadecimal digits. */
export type WireFrame = readonly [header: string, payload?: string];

/** What frames must lead to: the same for a server, which gets them masked, and for a client, which does not. */
export interface WireVector {
  readonly requirement: string;
  readonly wire: readonly WireFrame[];
  /** The frames that come whole, as `[fin, rsv, opcode, payload]`. */
  readonly frames: readonly (readonly [fin: boolean, rsv: number, opcode: number, payload: string])[];
  /** The code of the rule that the last frame breaks. */
  readonly violation?: string;
  /** After how many bytes of the last frame it must be refused. Default 2: on the two-byte header. */
  readonly refusedAfter?: number;
}

/** The vector's bytes as this role receives them. */
export function wireFor(role: Role, wire: readonly WireFrame[], key: number = EXAMPLE_KEY): Uint8Array {
  return concat(
    ...wire.map(([headerDigits, payloadDigits = '']) => {
      const header = hex(headerDigits);
      const payload = hex(payloadDigits);
      if (role === 'client') return concat(header, payload);
      header[1] = (header[1] ?? 0) | 0x80;
      return concat(header, Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key), maskSlowly(payload, key));
    }),
  );
}

/** Runs each vector for both roles, whole, byte by byte and cut at random, each with and without SIMD. */
export function describeVectors(section: string, vectors: readonly WireVector[]): void {
  describe(section, () => {
    for (const vector of vectors) {
      for (const role of ROLES) {
        it(`${vector.requirement} (received by a ${role})`, () => {
          const { from: usual } = masking;
          try {
            masking.from = Infinity;
            runVector(role, vector);
            masking.from = 0;
            runVector(role, vector, MOST_BY_SIMD);
          } finally {
            masking.from = usual;
          }
        });
      }
    }
  });
}

/** With so many chunks a byte each is masked, which SIMD does as the loops do, only slowly. */
const MOST_BY_SIMD = 1_000;

function runVector(role: Role, vector: WireVector, mostChunks: number = Infinity): void {
  const bytes = wireFor(role, vector.wire);
  for (const [how, chunks] of cuttings(bytes)) {
    if (chunks.length > mostChunks) continue;
    const decoded = decodeChunks(role, chunks);
    expect(comparable(decoded), how).toEqual({
      frames: vector.frames.map(([fin, rsv, opcode, payload]) => ({ fin, rsv, opcode, payload: bare(payload) })),
      violation: vector.violation,
    });
    if (how !== 'byte by byte' || vector.violation === undefined) continue;
    const before = wireFor(role, vector.wire.slice(0, -1)).length;
    expect(decoded.refusedAfter, how).toBe(before + (vector.refusedAfter ?? 2));
  }
}

function comparable({ frames, violation }: Decoded): Pick<Decoded, 'frames' | 'violation'> {
  return { frames, violation };
}

function bare(digits: string): string {
  return digits.replaceAll(/\s/g, '').toLowerCase();
}
