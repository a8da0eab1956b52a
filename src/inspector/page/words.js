import { applyMask } from '/.inspector/lib/codec/index.js';
import { opcodeName, previewHex, previewText } from '/.inspector/lib/inspect/index.js';

const PREVIEW = 80;

/**
 * The bytes of base64.
 *
 * @param {string} text
 */
export function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/**
 * A number with its noun, in the plural where it belongs.
 *
 * @param {number} number
 * @param {string} noun
 */
export function count(number, noun) {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/**
 * Text as {@link previewText} gives it, for a place of its own, where quotes need no backslash.
 *
 * @param {Uint8Array} bytes
 * @param {number} most characters
 */
export function plainText(bytes, most) {
  return previewText(bytes, most).replaceAll('\\"', '"');
}

/**
 * Milliseconds since the beginning, as seconds.
 *
 * @param {number} ms
 */
export function atSeconds(ms) {
  return `${(ms / 1000).toFixed(3)} s`;
}

/**
 * An entry with the words of its row.
 *
 * @param {import('./types.ts').FedEntry} entry
 * @returns {import('./types.ts').ShownEntry}
 */
export function describeEntry(entry) {
  const shown = wordsOf(entry);
  const badges = shown.badges.map(({ text }) => text).join(' ');
  const words = `${shown.title} ${shown.preview} ${badges} #${entry.connection}`.toLowerCase();
  return { entry, ...shown, words };
}

/**
 * @param {import('./types.ts').FedEntry} entry
 * @returns {Pick<import('./types.ts').ShownEntry, 'title' | 'preview' | 'badges'>}
 */
function wordsOf(entry) {
  switch (entry.kind) {
    case 'frame':
      return frameWords(entry);
    case 'head':
      return { title: entry.title, preview: headPreview(entry), badges: violationBadge(entry) };
    case 'open':
      return { title: `connection ${entry.connection}`, preview: `from ${entry.client}`, badges: [] };
    case 'opaque':
      return { title: 'bytes that are not shown', preview: entry.note, badges: [] };
    case 'end':
      return {
        title: `connection ${entry.connection} ${entry.failed ? 'failed' : 'ended'}`,
        preview: entry.note,
        badges: [],
      };
  }
}

/**
 * @param {import('./types.ts').FedHead} head
 */
function headPreview({ changes }) {
  return changes.length === 0 ? '' : `${changes.join('; ')} on the way`;
}

/** @param {import('./types.ts').FedFrame} frame */
function frameWords(frame) {
  const { opcode, fin, length, size, whole, fragment, rttMs, message, deflate, rsv, context } = frame;
  const kind = `${opcodeName(opcode)}${fin ? '' : ' fragment'}`;
  const badges = violationBadge(frame);
  if (!whole) badges.push({ text: `cut off after ${count(size, 'byte')}`, kind: 'warn' });
  if (fragment > 1 || (fragment === 1 && !fin)) badges.push({ text: `part ${fragment}`, kind: 'plain' });
  if (message !== null && message.frames > 1) badges.push({ text: `joins ${message.frames}`, kind: 'good' });
  if (deflate && opcode < 3 && (opcode === 0 ? context.compressed : (rsv & 4) !== 0)) {
    const plain = message?.deflate?.plainBytes;
    badges.push({ text: plain == null ? 'compressed' : `inflates to ${count(plain, 'byte')}`, kind: 'plain' });
  }
  if (rttMs !== null) badges.push({ text: `${rttMs.toFixed(rttMs < 10 ? 2 : 0)} ms after its ping`, kind: 'good' });
  return { title: `${kind}, ${count(length, 'byte')}`, preview: framePreview(frame), badges };
}

/** @param {{ readonly violation: import('./types.ts').Violation | null }} entry */
function violationBadge({ violation }) {
  if (violation === null) return [];
  return [{ text: `${violation.section}: ${violation.code}`, kind: 'bad' }];
}

/** @param {import('./types.ts').FedFrame} frame */
function framePreview({ opcode, rsv, wire, headerSize, masked, context, message, deflate }) {
  if (message !== null && (message.deflate === null || message.deflate.plainBytes !== null)) {
    const start = fromBase64(message.start);
    return message.opcode === 1 ? plainText(start, PREVIEW) : previewHex(start, 24);
  }
  // Four characters of base64 are three bytes; what is not shown need not be decoded.
  const bytes = fromBase64(wire.slice(0, 4 * PREVIEW));
  const payload = bytes.slice(headerSize);
  if (masked) applyMask(payload, readKey(bytes, headerSize - 4));
  if (payload.length === 0) return '';
  if (opcode === 8 && payload.length >= 2) {
    const code = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
    return `${code} ${payload.length > 2 ? plainText(payload.subarray(2), PREVIEW) : ''}`.trim();
  }
  const isCompressed = deflate && (opcode === 0 ? context.compressed : (rsv & 4) !== 0);
  const isText = opcode === 1 || opcode > 8 || (opcode === 0 && context.opcode === 1);
  return isText && !isCompressed ? plainText(payload, PREVIEW) : previewHex(payload, 24);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function readKey(bytes, at) {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return (a << 24) | (b << 16) | (c << 8) | d;
}
