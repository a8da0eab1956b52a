import { CLASS, consistsOf, isFieldValue, isToken, SP, TARGET, TOKEN } from './characters.ts';
import { HandshakeError } from './errors.ts';
import { type Field, type HeaderFields, headerFields, requireSingle } from './fields.ts';
import { HeadReader, type StartLine } from './head-reader.ts';
import type { HeadLimits } from './limits.ts';
import { parseTarget } from './target.ts';
import { fitsVersion, VERSION_LENGTH } from './version-lexer.ts';
import { readWhole } from './whole-head.ts';

/** The head of an HTTP request, RFC 9112 §3. */
export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** The path of the target, not decoded; starts with `/`. */
  readonly path: string;
  /** What follows the first `?` of the target, not decoded; empty when there is none. */
  readonly query: string;
  /** As sent: `HTTP/1.1`. */
  readonly version: string;
  readonly headers: HeaderFields;
  /** Whether there is an Upgrade field, so that this is no request for the fallback. */
  readonly upgrade: boolean;
}

// RFC 6455 §11.3.1, §11.3.5; RFC 6454 §7.3; RFC 9110 §7.2, §8.6.
const SINGLE = ['host', 'content-length', 'origin', 'sec-websocket-key', 'sec-websocket-version'];

function assemble(method: string, target: string, version: string, headers: HeaderFields): RequestHead {
  requireSingle(headers, SINGLE);
  const { path, query } = parseTarget(target);
  return { method, target, path, query, version, headers, upgrade: headers.has('upgrade') };
}

class RequestLine implements StartLine<RequestHead> {
  readonly tooLong = 'request-line-too-long';
  readonly offsets: number[] = [];

  read(byte: number, at: number): void {
    const { offsets } = this;
    if (offsets.length === 0) offsets.push(at);
    if (offsets.length === 5) {
      if (!fitsVersion(byte, at - offsets[4]!)) throw new HandshakeError('version-syntax');
    } else if (byte === SP) {
      if (at === offsets.at(-1)) throw new HandshakeError('request-line');
      offsets.push(at, at + 1);
    } else if (offsets.length === 1) {
      if ((CLASS[byte]! & TOKEN) === 0) throw new HandshakeError('request-line');
    } else if ((CLASS[byte]! & TARGET) === 0) throw new HandshakeError('target-byte');
  }

  end(at: number): void {
    if (this.offsets.length < 5) throw new HandshakeError('request-line');
    if (at - this.offsets[4]! !== VERSION_LENGTH) throw new HandshakeError('version-syntax');
    this.offsets.push(at);
  }

  complete(text: string, fields: HeaderFields): RequestHead {
    const at = this.offsets;
    return assemble(text.slice(at[0], at[1]), text.slice(at[2], at[3]), text.slice(at[4], at[5]), fields);
  }
}

/**
 * Reads the head of a request from a stream, strictly and in linear time (RFC 9112 §2 to §5, RFC 6455 §4.2.1).
 * At most two blank lines before the request line are skipped; they count as bytes of the head.
 */
export class RequestHeadReader extends HeadReader<RequestHead> {
  /** @param limits what differs from `HEAD_LIMITS`. Throws TypeError or RangeError for limits that are none. */
  constructor(limits?: Partial<HeadLimits>) {
    super(new RequestLine(), limits, 2);
  }
}

/**
 * The head of a request that fills `bytes` exactly, blank line included.
 * @throws HandshakeError for anything else
 */
export function parseRequestHead(bytes: Uint8Array, limits?: Partial<HeadLimits>): RequestHead {
  return readWhole(new RequestHeadReader(limits), bytes);
}

/**
 * A head whose parts another parser has read, under the same rules as one read from bytes.
 * @param fields in the order they came, repeated ones kept apart
 * @throws HandshakeError for a part that {@link RequestHeadReader} would have refused, limits aside
 */
export function createRequestHead(parts: {
  readonly method: string;
  readonly target: string;
  /** As on the wire: `HTTP/1.1`. */
  readonly version: string;
  readonly fields: readonly Field[];
}): RequestHead {
  const { method, target, version, fields } = parts;
  if (!isToken(method)) throw new HandshakeError('request-line');
  if (!consistsOf(target, TARGET)) throw new HandshakeError('target-byte');
  if (version.length !== VERSION_LENGTH) throw new HandshakeError('version-syntax');
  for (let i = 0; i < VERSION_LENGTH; i++) {
    if (!fitsVersion(version.charCodeAt(i), i)) throw new HandshakeError('version-syntax');
  }
  for (const [name, value] of fields) {
    if (!isToken(name)) throw new HandshakeError('field-name');
    if (!isFieldValue(value)) throw new HandshakeError('field-value');
  }
  return assemble(method, target, version, headerFields(fields.flat()));
}
