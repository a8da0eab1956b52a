import { OPCODE } from './frame.ts';
import type { ReceivedFrame } from './incoming.ts';
import type { Testee } from './model.ts';

/** The header of a frame that came from the testee. */
export interface FrameHeader extends ReceivedFrame {
  /** Bytes of the header itself. */
  readonly size: number;
  /** Was the length written in more bytes than it needs? */
  readonly isLong: boolean;
}

/** A broken rule. */
export interface Flaw {
  readonly section: string;
  readonly message: string;
}

/** What the frames before it mean for a header. */
export interface FrameContext {
  readonly testee: Testee;
  readonly deflate: boolean;
  /** Is a message begun and not finished? */
  readonly fragmented: boolean;
}

/** The most bytes that a header has: 2, a length of 8, a key of 4. */
export const LONGEST_HEADER = 14;

/** The header at the start of these bytes; undefined while it is not whole (RFC 6455 §5.2). */
export function readHeader(bytes: Uint8Array): FrameHeader | undefined {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 2) return undefined;
  const short = second & 0x7f;
  const masked = (second & 0x80) !== 0;
  const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
  const size = 2 + extra + (masked ? 4 : 0);
  if (bytes.length < size) return undefined;
  let length = extra === 0 ? short : 0;
  // Lengths above 2^53 lose their last bits, and are refused anyway.
  for (let i = 0; i < extra; i++) length = length * 256 + (bytes[2 + i] ?? 0);
  return {
    fin: (first & 0x80) !== 0,
    rsv: (first >> 4) & 7,
    opcode: first & 0xf,
    masked,
    length,
    size,
    key: masked ? bytes.slice(size - 4, size) : undefined,
    isLong: (extra === 2 && length < 126) || (extra === 8 && length < 65_536),
  };
}

/** The first rule that a header breaks, whatever the case is about. */
export function headerFlaw(header: FrameHeader, { testee, deflate, fragmented }: FrameContext): Flaw | undefined {
  const { opcode, rsv, fin, length, masked } = header;
  const isControl = opcode >= 8;
  const name = `a frame with opcode ${opcode}`;
  if (opcode > OPCODE.BINARY && opcode !== OPCODE.CLOSE && opcode !== OPCODE.PING && opcode !== OPCODE.PONG)
    return flaw('RFC 6455 §5.2', `${name}, which is reserved`);
  const permitted = deflate && (opcode === OPCODE.TEXT || opcode === OPCODE.BINARY) ? 4 : 0;
  if ((rsv & ~permitted) !== 0)
    return flaw('RFC 6455 §5.2', `${name} has reserved bits set (${rsv.toString(2).padStart(3, '0')})`);
  if (masked && testee === 'server') return flaw('RFC 6455 §5.1', 'a frame of the server is masked');
  if (!masked && testee === 'client') return flaw('RFC 6455 §5.1', 'a frame of the client is not masked');
  if (header.isLong) return flaw('RFC 6455 §5.2', `the length ${length} is not written in the fewest bytes`);
  if (isControl && !fin) return flaw('RFC 6455 §5.5', 'a control frame is fragmented');
  if (isControl && length > 125) return flaw('RFC 6455 §5.5', `a control frame has ${length} bytes of payload`);
  if (isControl) return undefined;
  if (opcode === OPCODE.CONTINUATION && !fragmented)
    return flaw('RFC 6455 §5.4', 'a continuation frame continues no message');
  if (opcode !== OPCODE.CONTINUATION && fragmented)
    return flaw('RFC 6455 §5.4', 'a message begins before the one before it has ended');
  return undefined;
}

function flaw(section: string, message: string): Flaw {
  return { section, message };
}
