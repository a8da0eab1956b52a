import { join, NOTHING, pieces, uint16, uint64, utf8 } from './bytes.ts';

/** The opcodes that RFC 6455 §5.2 defines. */
export const OPCODE: {
  readonly CONTINUATION: 0x0;
  readonly TEXT: 0x1;
  readonly BINARY: 0x2;
  readonly CLOSE: 0x8;
  readonly PING: 0x9;
  readonly PONG: 0xa;
} = { CONTINUATION: 0x0, TEXT: 0x1, BINARY: 0x2, CLOSE: 0x8, PING: 0x9, PONG: 0xa };

/** A frame as a case describes it, right or wrong (RFC 6455 §5.2). */
export interface Frame {
  /** 0 to 15. */
  readonly opcode: number;
  /** What is carried, before masking. */
  readonly payload: Uint8Array;
  readonly fin: boolean;
  /** The three reserved bits as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv: number;
  /** Masked as the sender's role asks for, the other way round, or with these four bytes. */
  readonly mask: 'right' | 'wrong' | Uint8Array;
  /** How the length is written: in as few bytes as possible, or in the field of 16 or 64 bits though it would fit in fewer. */
  readonly lengthForm: 'shortest' | 16 | 64;
  /** Says a length that is not that of the payload. */
  readonly claimedLength: bigint | undefined;
}

/** What of a frame is not as usual. */
export type FrameOptions = Partial<Omit<Frame, 'opcode' | 'payload'>>;

/** A frame of any opcode: final, no reserved bit, masked as it must be, its length in the shortest form, but for the options. */
export function frame(opcode: number, payload: Uint8Array | string = NOTHING, options: FrameOptions = {}): Frame {
  return {
    fin: true,
    rsv: 0,
    mask: 'right',
    lengthForm: 'shortest',
    claimedLength: undefined,
    ...options,
    opcode,
    payload: bytesOf(payload),
  };
}

/** A text frame; a string stands for its UTF-8. */
export function text(payload: Uint8Array | string, options?: FrameOptions): Frame {
  return frame(OPCODE.TEXT, payload, options);
}

/** A binary frame. */
export function binary(payload: Uint8Array | string, options?: FrameOptions): Frame {
  return frame(OPCODE.BINARY, payload, options);
}

/** A continuation frame; the last one of its message unless `fin` is false. */
export function continuation(payload: Uint8Array | string, options?: FrameOptions): Frame {
  return frame(OPCODE.CONTINUATION, payload, options);
}

/** A ping. */
export function ping(payload: Uint8Array | string = NOTHING, options?: FrameOptions): Frame {
  return frame(OPCODE.PING, payload, options);
}

/** A pong. */
export function pong(payload: Uint8Array | string = NOTHING, options?: FrameOptions): Frame {
  return frame(OPCODE.PONG, payload, options);
}

/** A close frame: without a code it has no payload. */
export function close(code?: number, reason: Uint8Array | string = NOTHING, options?: FrameOptions): Frame {
  const payload = code === undefined ? NOTHING : join(uint16(code), bytesOf(reason));
  return frame(OPCODE.CLOSE, payload, options);
}

/** The frames of a message in fragments of at most so many bytes of payload (RFC 6455 §5.4). */
export function fragments(opcode: number, payload: Uint8Array | string, size: number, rsv: number = 0): Frame[] {
  const parts = pieces(bytesOf(payload), size);
  return parts.map((part, i) =>
    frame(i === 0 ? opcode : OPCODE.CONTINUATION, part, { fin: i === parts.length - 1, rsv: i === 0 ? rsv : 0 }),
  );
}

/** The bytes of a frame. Masked with this key when it is to be masked; `masks` says whether its sender must. */
export function frameBytes(described: Frame, masks: boolean, key: Uint8Array): Uint8Array {
  const { opcode, payload, fin, rsv, mask } = described;
  const masked = mask === 'right' ? masks : mask === 'wrong' ? !masks : true;
  const length = lengthBytes(described);
  const head = Uint8Array.of((fin ? 0x80 : 0) | ((rsv & 7) << 4) | (opcode & 0xf), ...length);
  if (!masked) return join(head, payload);
  head[1] = (head[1] ?? 0) | 0x80;
  const usedKey = typeof mask === 'string' ? key : mask;
  const start = head.length + usedKey.length;
  const bytes = new Uint8Array(start + payload.length);
  bytes.set(head);
  bytes.set(usedKey, head.length);
  maskInto(bytes, start, payload, usedKey, 0);
  return bytes;
}

/** The payload masked, or unmasked, in an array of its own (RFC 6455 §5.3). */
export function masking(payload: Uint8Array, key: Uint8Array): Uint8Array {
  const masked = new Uint8Array(payload.length);
  maskInto(masked, 0, payload, key, 0);
  return masked;
}

/** Writes octets of a payload, masked or unmasked, to a place of an array; the first of them has this place in its payload. */
export function maskInto(target: Uint8Array, at: number, octets: Uint8Array, key: Uint8Array, offset: number): void {
  const keyAt = (i: number): number => key[(offset + i) & 3] ?? 0;
  const [k0, k1, k2, k3] = [keyAt(0), keyAt(1), keyAt(2), keyAt(3)];
  const whole = octets.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    target[at + i] = (octets[i] ?? 0) ^ k0;
    target[at + i + 1] = (octets[i + 1] ?? 0) ^ k1;
    target[at + i + 2] = (octets[i + 2] ?? 0) ^ k2;
    target[at + i + 3] = (octets[i + 3] ?? 0) ^ k3;
  }
  for (let i = whole; i < octets.length; i++) target[at + i] = (octets[i] ?? 0) ^ keyAt(i);
}

/** The payload length field, mask bit clear: 1, 3 or 9 bytes. */
function lengthBytes({ payload, lengthForm, claimedLength }: Frame): Uint8Array {
  const length = claimedLength ?? BigInt(payload.length);
  if (lengthForm === 64 || length > 0xffffn) return join(Uint8Array.of(127), uint64(length));
  if (lengthForm === 16 || length > 125n) return join(Uint8Array.of(126), uint16(Number(length)));
  return Uint8Array.of(Number(length));
}

function bytesOf(payload: Uint8Array | string): Uint8Array {
  return typeof payload === 'string' ? utf8(payload) : payload;
}
