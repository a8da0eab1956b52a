import { parseExtensions, parseRequestHead, type SentOffer } from '../../src/handshake/index.ts';
import { type InspectedPart, inspectParts, type Span } from '../../src/inspect/index.ts';
import type { End, RecordedConnection, Recording, Turn } from './recording.ts';

/** Whole bytes that are explained together: one byte of bit fields, a line of a head, a key, a payload. */
export interface Group {
  readonly bytes: Uint8Array;
  /** They cover every bit of the bytes, in order. */
  readonly spans: readonly Span[];
}

/** A head or a frame with its bytes. */
export interface Piece {
  readonly part: InspectedPart;
  readonly bytes: Uint8Array;
  readonly groups: readonly Group[];
}

/** A turn taken apart. */
export interface TurnAnatomy {
  readonly id: string;
  readonly from: End;
  readonly bytes: Uint8Array;
  readonly pieces: readonly Piece[];
  readonly connection: string;
}

/** Every turn of the recording in spans that leave no gap, in the order in which they were recorded. */
export function dissect(recording: Recording): TurnAnatomy[] {
  return recording.flatMap((connection) => {
    const offer = offerOf(connection);
    const parts: Record<End, InspectedPart[]> = {
      client: [...inspectParts(saidBy(connection, 'client'), { role: 'server', start: 'head' })],
      server: [...inspectParts(saidBy(connection, 'server'), { role: 'client', start: 'head', offer })],
    };
    const start: Record<End, number> = { client: 0, server: 0 };
    return connection.turns.map(({ id, from, bytes }) => {
      const first = start[from];
      start[from] += bytes.length;
      const pieces = parts[from]
        .filter(({ offset }) => offset >= first && offset < start[from])
        .map((part) => pieceOf(part, bytes.subarray(part.offset - first, part.offset - first + part.bytes)));
      return { id, from, bytes, pieces, connection: connection.name };
    });
  });
}

function saidBy({ turns }: RecordedConnection, end: End): Uint8Array {
  return Buffer.concat(turns.filter(({ from }) => from === end).map(({ bytes }) => bytes));
}

/** What the client asked for, by which its server's answer is judged. */
function offerOf({ turns }: RecordedConnection): SentOffer {
  const { headers } = parseRequestHead((turns[0] as Turn).bytes)!;
  const protocols = headers.get('sec-websocket-protocol')?.split(', ') ?? [];
  const extensions = parseExtensions(headers.get('sec-websocket-extensions') ?? '');
  return { key: headers.get('sec-websocket-key') ?? '', protocols, extensions };
}

function pieceOf(part: InspectedPart, bytes: Uint8Array): Piece {
  const isEnd = part.kind === 'frame' ? endsByte : endsLine;
  const groups: Group[] = [];
  let spans: Span[] = [];
  for (const span of part.spans) {
    spans.push(span);
    if (!isEnd(span)) continue;
    const start = spans[0]!.offset / 8 - part.offset;
    const end = (span.offset + span.bits) / 8 - part.offset;
    groups.push({ bytes: bytes.subarray(start, end), spans });
    spans = [];
  }
  return { part, bytes, groups };
}

function endsByte({ offset, bits }: Span): boolean {
  return (offset + bits) % 8 === 0;
}

function endsLine({ field }: Span): boolean {
  return field === 'line end' || field === 'end of the head' || field === 'refused byte';
}
