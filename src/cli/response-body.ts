import { parseResponseHead, type ResponseHead } from '../handshake/index.ts';

const MOST_BYTES = 400;
const MOST_CHARACTERS = 160;

/** The start of the body of an HTTP response, as text on one line; empty when there is none, or none that can be read. */
export function responseBody(response: Uint8Array): string {
  const bytes = Buffer.from(response.buffer, response.byteOffset, response.length);
  const end = bytes.indexOf('\r\n\r\n') + 4;
  const head = end < 4 ? undefined : headOf(response.subarray(0, end));
  const { headers } = head ?? {};
  if (headers === undefined || (headers.get('content-encoding') ?? 'identity') !== 'identity') return '';
  const isChunked = headers.get('transfer-encoding')?.toLowerCase() === 'chunked';
  const body = isChunked ? firstChunk(bytes.subarray(end)) : bytes.subarray(end);
  // Cut where a character may be cut in two: no such half is shown.
  const text = new TextDecoder().decode(body.subarray(0, MOST_BYTES), { stream: true }).replace(/\s+/g, ' ').trim();
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function headOf(bytes: Uint8Array): ResponseHead | undefined {
  try {
    return parseResponseHead(bytes);
  } catch {
    return undefined;
  }
}

/** RFC 9112 §7.1. */
function firstChunk(body: Buffer): Buffer {
  const [line, digits = ''] = /^([\da-f]+)[^\n]*\n/i.exec(body.toString('latin1', 0, 64)) ?? [];
  return line === undefined
    ? body.subarray(0, 0)
    : body.subarray(line.length, line.length + Number.parseInt(digits, 16));
}
