import type { HeadOffsets } from '../handshake/index.ts';

/** A stretch of a head, in bytes. */
export interface HeadPiece {
  readonly kind: 'line' | 'name' | 'value' | 'colon' | 'space' | 'line end' | 'head end' | 'cut';
  readonly start: number;
  readonly end: number;
  /** Which part of the first line, or which field, counted from 0; -1 where neither applies. */
  readonly index: number;
}

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;

/**
 * The first `end` bytes of a head in pieces that leave no gap: the parts that a reader found at `offsets`, and what lies
 * between them. `ended` tells whether the last line end is the end of the head.
 */
export function cutHead(bytes: Uint8Array, offsets: HeadOffsets, end: number, ended: boolean): HeadPiece[] {
  const pieces: HeadPiece[] = [];
  let at = 0;
  for (const part of foundParts(offsets, end)) {
    pieces.push(...cutGap(bytes, at, part.start));
    if (part.end > part.start) pieces.push(part);
    at = part.end;
  }
  pieces.push(...cutGap(bytes, at, end));
  const last = pieces.at(-1);
  if (ended && last !== undefined) pieces[pieces.length - 1] = { ...last, kind: 'head end' };
  return pieces;
}

/** The parts in order; one that was begun and not ended goes to the end. */
function foundParts({ line, fields }: HeadOffsets, end: number): HeadPiece[] {
  const parts: HeadPiece[] = [];
  for (let i = 0; i < line.length; i += 2) {
    parts.push({ kind: 'line', start: line[i]!, end: line[i + 1] ?? end, index: i / 2 });
  }
  for (let i = 0; i < fields.length; i += 2) {
    const kind = i % 4 === 0 ? 'name' : 'value';
    parts.push({ kind, start: fields[i]!, end: fields[i + 1] ?? end, index: Math.floor(i / 4) });
  }
  return parts;
}

function* cutGap(bytes: Uint8Array, start: number, end: number): Generator<HeadPiece> {
  for (let at = start; at < end; ) {
    const from = at;
    const byte = bytes[at++]!;
    let kind: HeadPiece['kind'] = 'space';
    if (byte === COLON) kind = 'colon';
    else if (byte === CR) {
      kind = at < end && bytes[at] === LF ? 'line end' : 'cut';
      if (kind === 'line end') at++;
    } else while (at < end && bytes[at] !== CR && bytes[at] !== COLON) at++;
    yield { kind, start: from, end: at, index: -1 };
  }
}
