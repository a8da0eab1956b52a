import type { Span, SpanViolation } from './span.ts';

/** What is not there although the bytes that are there announce it. */
export interface MissingBytes {
  /** How many at least. */
  readonly bytes: number;
  readonly note: string;
}

/** A head, a frame, or bytes that were not looked at. */
export interface InspectedPart {
  readonly kind: 'request' | 'response' | 'frame' | 'unread';
  /** Where it starts, in bytes. */
  readonly offset: number;
  /** How many bytes of it are there. */
  readonly bytes: number;
  /** What it is, in a few words: `text, 5 bytes, masked`. */
  readonly title: string;
  /** What it means for the connection; may be empty. */
  readonly note: string;
  /** They cover every bit of the part exactly once, in order. */
  readonly spans: readonly Span[];
  /** The unmasked payload of a frame, as much as is there; an array of its own. Undefined for other parts. */
  readonly payload: Uint8Array | undefined;
  readonly missing: MissingBytes | undefined;
}

/** The first rule that the part breaks. */
export function violationOf(part: InspectedPart): SpanViolation | undefined {
  return part.spans.find((span) => span.violation !== undefined)?.violation;
}

/** A part of bytes that nobody looks at, and why. */
export function unreadPart(offset: number, bytes: number, section: string, note: string): InspectedPart {
  const value = count(bytes, 'byte');
  const span = {
    offset: offset * 8,
    bits: bytes * 8,
    field: 'not looked at',
    value,
    section,
    note,
    violation: undefined,
  };
  return {
    kind: 'unread',
    offset,
    bytes,
    title: 'not looked at',
    note,
    spans: [span],
    payload: undefined,
    missing: undefined,
  };
}

/** A number with its noun, in the plural where it belongs. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
