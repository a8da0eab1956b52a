import type { SpanViolation } from '../inspect/index.ts';
import type { End, Entry, FrameEntry, JoinedMessage } from './entry.ts';

/** A joined message for the page; bytes in base64. */
export interface MessageJson {
  readonly opcode: number;
  readonly frames: number;
  readonly bytes: number;
  readonly start: string;
  readonly deflate: { readonly before: string; readonly plainBytes: number | null; readonly note: string } | null;
}

/** A frame for the page; bytes in base64. */
export interface FrameJson {
  readonly kind: 'frame';
  readonly id: number;
  readonly connection: number;
  readonly atMs: number;
  readonly from: End;
  readonly offset: number;
  readonly size: number;
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly masked: boolean;
  readonly length: number;
  readonly headerSize: number;
  readonly wire: string;
  readonly whole: boolean;
  readonly fragment: number;
  readonly deflate: boolean;
  readonly context: { readonly opcode: number; readonly compressed: boolean; readonly tail: string };
  readonly violation: SpanViolation | null;
  readonly note: string;
  readonly rttMs: number | null;
  readonly message: MessageJson | null;
}

/** An entry for the page. */
export type EntryJson =
  | FrameJson
  | {
      readonly kind: 'head';
      readonly id: number;
      readonly connection: number;
      readonly atMs: number;
      readonly from: End;
      readonly wire: string;
      readonly title: string;
      readonly key: string;
      readonly changes: readonly string[];
      readonly violation: SpanViolation | null;
    }
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly connection: number;
      readonly atMs: number;
      readonly client: string;
    }
  | {
      readonly kind: 'opaque';
      readonly id: number;
      readonly connection: number;
      readonly atMs: number;
      readonly from: End;
      readonly note: string;
    }
  | {
      readonly kind: 'end';
      readonly id: number;
      readonly connection: number;
      readonly atMs: number;
      readonly note: string;
      readonly failed: boolean;
    };

/** An entry in the form in which the page gets it. */
export function toEntryJson(entry: Entry): EntryJson {
  const { id, connection } = entry;
  const atMs = rounded(entry.atMs);
  switch (entry.kind) {
    case 'frame':
      return frameJson(entry, atMs);
    case 'head': {
      const { kind, from, title, key, changes, violation } = entry;
      const wire = toBase64(entry.wire);
      return { kind, id, connection, atMs, from, wire, title, key, changes, violation: violation ?? null };
    }
    default:
      return { ...entry, atMs };
  }
}

function frameJson(entry: FrameEntry, atMs: number): FrameJson {
  const { id, connection, from, offset, size, header, whole, fragment, deflate, context, note } = entry;
  const { opcode, fin, rsv, masked, length } = header;
  return {
    kind: 'frame',
    ...{ id, connection, atMs, from, offset, size, opcode, fin, rsv, masked, length },
    headerSize: header.size,
    wire: toBase64(entry.wire),
    ...{ whole, fragment, deflate, note },
    context: { opcode: context.opcode, compressed: context.compressed, tail: toBase64(context.tail) },
    violation: entry.violation ?? null,
    rttMs: entry.rttMs === undefined ? null : rounded(entry.rttMs),
    message: entry.message === undefined ? null : messageJson(entry.message),
  };
}

function messageJson({ opcode, frames, bytes, start, deflate }: JoinedMessage): MessageJson {
  return {
    opcode,
    frames,
    bytes,
    start: toBase64(start),
    deflate:
      deflate === undefined
        ? null
        : { before: toBase64(deflate.before), plainBytes: deflate.plainBytes ?? null, note: deflate.note },
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

// A difference of times in microseconds need not be a round number.
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
