import { join, NOTHING } from './bytes.ts';
import type { Head, HeadField } from './head.ts';
import type { Link } from './link.ts';
import type { WireRecorder } from './wire-log.ts';

/** What a testee sent in the place of a head. */
export type ReadHead =
  | { readonly kind: 'head'; readonly head: Head; readonly rest: Uint8Array }
  /** Nothing in time, an end before the head was whole, or something that is none. */
  | { readonly kind: 'late' | 'end' | 'garbage'; readonly message: string };

/** Longer than any head that a testee has reason to send. */
const LONGEST_HEAD = 65_536;
const END = '\r\n\r\n';

/** Reads a head from a stream. */
export async function readHead(link: Link, wire: WireRecorder, deadline: number): Promise<ReadHead> {
  let bytes = NOTHING;
  let found: ReadHead | undefined;
  link.reader = (chunk) => {
    if (found !== undefined) {
      if (found.kind === 'head') found = { ...found, rest: join(found.rest, chunk) };
      return;
    }
    bytes = join(bytes, chunk);
    found = findHead(bytes);
    if (found?.kind === 'head') wire.add('testee', 'head', bytes.subarray(0, bytes.length - found.rest.length));
    if (found !== undefined) link.nudge();
  };
  while (found === undefined) {
    if (link.end !== undefined) found = { kind: 'end', message: endedInside(bytes, link.end.message) };
    else if (performance.now() >= deadline) found = { kind: 'late', message: lateAfter(bytes) };
    else await link.nudged(deadline);
  }
  link.reader = undefined;
  if (found.kind !== 'head' && bytes.length > 0) wire.add('testee', 'bytes', bytes);
  return found;
}

/** The head that bytes begin with; undefined while its empty line is missing and may still come. */
export function findHead(bytes: Uint8Array): ReadHead | undefined {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(END, 0, 'latin1');
  if (end < 0)
    return bytes.length > LONGEST_HEAD
      ? { kind: 'garbage', message: `no head within ${LONGEST_HEAD} bytes` }
      : undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
  const head = parseHead(text);
  if (typeof head === 'string') return { kind: 'garbage', message: head };
  return { kind: 'head', head, rest: bytes.slice(end + END.length) };
}

/** A head of its text without the empty line; a text that says why it is none. */
export function parseHead(text: string): Head | string {
  const [startLine = '', ...lines] = text.split('\r\n');
  const fields: HeadField[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1 || /[\s]/.test(line.slice(0, colon)))
      return `the head has a line that is no field: ${JSON.stringify(line.slice(0, 80))}`;
    fields.push([
      line.slice(0, colon),
      line
        .slice(colon + 1)
        .replace(/^[ \t]+/, '')
        .trimEnd(),
    ]);
  }
  return { startLine, fields };
}

function endedInside(bytes: Uint8Array, message: string): string {
  return bytes.length === 0 ? `${message} without an answer` : `${message} inside the head`;
}

function lateAfter(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'nothing came' : `${bytes.length} bytes came, which are no whole head`;
}
