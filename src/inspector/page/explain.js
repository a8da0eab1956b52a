import { encodeFrame } from '/.inspector/lib/codec/index.js';
import { FrameInspector, inspectParts, violationOf } from '/.inspector/lib/inspect/index.js';
import { atSeconds, count, describeEntry, fromBase64 } from './words.js';

/**
 * The bytes of an entry explained by the codec's own modules; undefined for an entry without bytes.
 *
 * @param {import('./types.ts').FedEntry} entry
 * @returns {import('./types.ts').Explained | undefined}
 */
export function explainEntry(entry) {
  if (entry.kind === 'frame') return explainFrame(entry);
  return entry.kind === 'head' ? explainHead(entry) : undefined;
}

/**
 * @param {import('./types.ts').FedFrame} frame
 * @returns {import('./types.ts').Explained}
 */
function explainFrame(frame) {
  const bytes = fromBase64(frame.wire);
  const { spans, note } = spansOf(frame, bytes);
  const notes = [frame.note, note].filter((text) => text !== '');
  if (frame.size > bytes.length)
    notes.push(`The first ${count(bytes.length, 'byte')} of ${count(frame.size, 'byte')} were kept.`);
  return {
    title: describeEntry(frame).title,
    origin: originOf(frame),
    isFrame: true,
    bytes,
    size: frame.size,
    offset: frame.offset,
    spans,
    violation: frame.violation ?? undefined,
    notes,
    message: frame.message === null ? undefined : messageOf(frame.message),
  };
}

/**
 * A frame is explained alone, so the inspector is shown first what it must know of those before: a fragment that begins the
 * message, with the bytes of a character that is not finished.
 *
 * @param {import('./types.ts').FedFrame} frame
 * @param {Uint8Array} bytes
 */
function spansOf({ from, deflate, context, fragment, message }, bytes) {
  const role = from === 'client' ? 'server' : 'client';
  const inspector = new FrameInspector({ role, deflate });
  const before = context.opcode === 0 ? new Uint8Array(0) : beforeOf(context, role);
  const all = new Uint8Array(before.length + bytes.length);
  all.set(before);
  all.set(bytes, before.length);
  if (before.length > 0) inspector.inspect(all, 0);
  const part = inspector.inspect(all, before.length);
  const shift = before.length * 8;
  const spans = part.spans.map((span) => ({ ...span, offset: span.offset - shift }));
  // Its own note counts the fragments that it has seen, which are fewer.
  const note =
    fragment === 0 ? part.note : message !== null || fragment === 1 ? '' : `fragment ${fragment} of its message`;
  return { spans, note };
}

/**
 * @param {import('./types.ts').FedFrame['context']} context
 * @param {'client' | 'server'} role
 */
function beforeOf({ opcode, compressed, tail }, role) {
  const maskKey = role === 'server' ? 0x01020304 : undefined;
  return encodeFrame(opcode, fromBase64(tail), { fin: false, rsv: compressed ? 4 : 0, maskKey });
}

/**
 * @param {import('./types.ts').FedHead} head
 * @returns {import('./types.ts').Explained}
 */
function explainHead(head) {
  const bytes = fromBase64(head.wire);
  const role = head.from === 'client' ? 'server' : 'client';
  const [part] = inspectParts(bytes, { role, start: 'head' });
  return {
    title: head.title,
    origin: originOf(head),
    isFrame: false,
    bytes,
    size: bytes.length,
    offset: 0,
    spans: part?.spans ?? [],
    violation: head.violation ?? undefined,
    notes: [...head.changes.map((change) => `On the way to the target ${change}.`), part?.note ?? ''].filter(
      (note) => note !== '',
    ),
    message: undefined,
  };
}

/**
 * A part that was decoded in this page.
 *
 * @param {import('/.inspector/lib/inspect/index.js').InspectedPart} part
 * @param {Uint8Array} all what it is a part of
 * @param {import('./types.ts').ShownMessage | undefined} message
 * @returns {import('./types.ts').Explained}
 */
export function explainPart(part, all, message) {
  const shift = part.offset * 8;
  return {
    title: part.title,
    origin: `${part.bytes === 1 ? 'byte' : 'bytes'} ${part.offset.toLocaleString('en')} to ${(part.offset + part.bytes - 1).toLocaleString('en')}`,
    isFrame: part.kind === 'frame',
    bytes: all.slice(part.offset, part.offset + Math.min(part.bytes, MOST_SHOWN)),
    size: part.bytes,
    offset: part.offset,
    spans: part.spans.map((span) => ({ ...span, offset: span.offset - shift })),
    violation: violationOf(part),
    notes: [part.note, part.missing?.note ?? ''].filter((note) => note !== ''),
    message,
  };
}

const MOST_SHOWN = 4096;

/** @param {import('./types.ts').FedFrame | import('./types.ts').FedHead} entry */
function originOf({ from, connection, atMs }) {
  const way = from === 'client' ? 'client → server' : 'server → client';
  return `${way}, connection ${connection}, at ${atSeconds(atMs)}`;
}

/**
 * @param {import('./types.ts').FedMessage} message
 * @returns {import('./types.ts').ShownMessage}
 */
function messageOf({ opcode, frames, bytes, start, deflate }) {
  return {
    opcode,
    frames,
    bytes,
    start: fromBase64(start),
    deflate: deflate === null ? null : { ...deflate, before: fromBase64(deflate.before) },
  };
}
