import { CLASS, DIGIT, SP, VALUE } from './characters.ts';
import { type HeaderFields, requireSingle } from './fields.ts';
import { HeadReader, type StartLine } from './head-reader.ts';
import type { HeadLimits } from './limits.ts';
import { responseError } from './response-errors.ts';
import { fitsVersion, VERSION_LENGTH } from './version-lexer.ts';
import { readWhole } from './whole-head.ts';

/** The head of an HTTP response, RFC 9112 §4. */
export interface ResponseHead {
  /** 100 to 999. */
  readonly status: number;
  /** May be empty. */
  readonly reason: string;
  /** As sent: `HTTP/1.1`. */
  readonly version: string;
  readonly headers: HeaderFields;
}

// RFC 6455 §11.3.3, §11.3.4; RFC 9110 §8.6.
const SINGLE = ['content-length', 'sec-websocket-accept', 'sec-websocket-protocol'];
const STATUS_START = VERSION_LENGTH + 1;
const STATUS_END = STATUS_START + 3;

class StatusLine implements StartLine<ResponseHead> {
  readonly tooLong = 'head-too-large';
  readonly offsets: number[] = [];

  read(byte: number, at: number): void {
    const { offsets } = this;
    if (offsets.length === 0) offsets.push(at);
    const position = at - offsets[0]!;
    if (!fitsStatusLine(byte, position)) throw responseError('status-line');
    if (position === VERSION_LENGTH || position === STATUS_END) offsets.push(at, at + 1);
  }

  end(at: number): void {
    if (this.offsets.length < 5) throw responseError('status-line');
    this.offsets.push(at);
  }

  complete(text: string, headers: HeaderFields): ResponseHead {
    requireSingle(headers, SINGLE);
    const [version, status, reason] = [0, 2, 4].map((part) => text.slice(this.offsets[part], this.offsets[part + 1]));
    return { status: Number(status), reason: reason!, version: version!, headers };
  }
}

function fitsStatusLine(byte: number, position: number): boolean {
  if (position < VERSION_LENGTH) return fitsVersion(byte, position);
  if (position === VERSION_LENGTH || position === STATUS_END) return byte === SP;
  if (position > STATUS_END) return (CLASS[byte]! & VALUE) !== 0;
  const zero = 0x30;
  return (CLASS[byte]! & DIGIT) !== 0 && !(position === STATUS_START && byte === zero);
}

/** Reads the head of a response from a stream, strictly and in linear time (RFC 9112 §2, §4, §5, RFC 6455 §4.2.2). */
export class ResponseHeadReader extends HeadReader<ResponseHead> {
  /** @param limits what differs from `HEAD_LIMITS`. Throws TypeError or RangeError for limits that are none. */
  constructor(limits?: Partial<HeadLimits>) {
    super(new StatusLine(), limits, 0);
  }
}

/**
 * The head of a response that fills `bytes` exactly, blank line included.
 * @throws HandshakeError for anything else
 */
export function parseResponseHead(bytes: Uint8Array, limits?: Partial<HeadLimits>): ResponseHead {
  return readWhole(new ResponseHeadReader(limits), bytes);
}
