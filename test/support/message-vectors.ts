import { describe, expect, it } from 'vitest';
import { Opcode, type ViolationRule } from '../../src/codec/index.ts';
import { FRAME_RULES } from '../../src/codec/violation.ts';
import { type CloseInfo, MESSAGE_RULES } from '../../src/protocol/index.ts';
import { closeHex, type EndpointOptions, openEnd, type SeenEvent, seen } from './endpoint.ts';
import { type WireFrame, wireFor } from './vectors.ts';
import { cuttings, type FrameSeen, ROLES, type Role } from './wire.ts';

/** What frames must lead to in a whole connection, for either role. */
export interface MessageVector {
  readonly requirement: string;
  readonly wire: readonly WireFrame[];
  /** What the handler is told before the transport ends. */
  readonly events?: readonly SeenEvent[];
  /** What is sent in answer, as `[opcode, payload]`; the close frame of a violation excepted. */
  readonly answers?: readonly (readonly [opcode: number, payload: string])[];
  /** The rule that the last frame breaks. */
  readonly violation?: string;
  /** How it ended, when the transport ends behind these frames. Default: a violation, or 1006 by the peer. */
  readonly ended?: CloseInfo;
  readonly options?: EndpointOptions;
}

const RULES: Readonly<Record<string, ViolationRule>> = { ...FRAME_RULES, ...MESSAGE_RULES };

/** Runs each vector for both roles, whole, byte by byte and cut at random, each with own copies and with borrowed bytes. */
export function describeMessages(section: string, vectors: readonly MessageVector[]): void {
  describe(section, () => {
    for (const vector of vectors) {
      for (const role of ROLES) {
        it(`${vector.requirement} (${role})`, () => {
          runVector(role, vector, { ...vector.options, borrow: false });
          runVector(role, vector, { ...vector.options, borrow: true });
        });
      }
    }
  });
}

function runVector(role: Role, vector: MessageVector, options: EndpointOptions): void {
  const bytes = wireFor(role, vector.wire);
  for (const [how, chunks] of cuttings(bytes)) {
    const end = openEnd(role, options);
    for (const chunk of chunks) end.feed(chunk);
    expect(end.events, how).toEqual(vector.events ?? []);
    expect(end.protocol.brokenRule?.code, how).toBe(vector.violation);
    expect(end.sent(), how).toEqual(expectedFrames(vector));
    end.protocol.transportEnded();
    expect(end.events.slice(vector.events?.length ?? 0), how).toEqual([['ended', expectedEnd(vector)]]);
  }
}

function expectedFrames({ answers = [], violation }: MessageVector): FrameSeen[] {
  const frames = answers.map(([opcode, payload]) => seen(opcode, payload));
  const rule = violation === undefined ? undefined : RULES[violation];
  if (rule !== undefined) frames.push(seen(Opcode.CLOSE, closeHex(rule.closeCode, rule.message)));
  return frames;
}

function expectedEnd({ violation, ended }: MessageVector): CloseInfo {
  const rule = violation === undefined ? undefined : RULES[violation];
  if (rule !== undefined) return { code: rule.closeCode, reason: rule.message, clean: false, by: 'local' };
  return ended ?? { code: 1006, reason: '', clean: false, by: 'remote' };
}
