import { Buffer } from 'node:buffer';
import { randomInt } from 'node:crypto';
import { encodeFrame, Opcode } from '../../codec/index.ts';
import { deflateBomb } from './deflate-bomb.ts';

/** What an attacker does on a connection that stands. Nothing that it sends is outside of RFC 6455. */
export interface Attack {
  /** What it is, in one line. */
  readonly summary: string;
  /** Needs permessage-deflate. */
  readonly deflate: boolean;
  /** The attacker does not read what comes. */
  readonly isDeaf: boolean;
  /** After so many bytes it has done its worst and only waits. */
  readonly bytes: number;
  /** The bytes to write next, `sent` bytes after the first; each time the socket has taken all that was written. */
  next(sent: number): Uint8Array;
  /** What is missing of a frame after so many bytes, where writes are not whole frames. */
  rest?(sent: number): Uint8Array;
}

/** The attack that has no connection: the head of the opening handshake comes a byte at a time and never ends. */
export const SLOW_HANDSHAKE = 'slow-handshake';

const MIB = 1024 * 1024;
const FRAMES_A_WRITE = 512;

function many(frame: (at: number) => Uint8Array, count: number = FRAMES_A_WRITE): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, (_, at) => frame(at)));
}

function masked(
  opcode: number,
  payload: Uint8Array,
  parts: { readonly fin?: boolean; readonly rsv?: number } = {},
): Uint8Array {
  return encodeFrame(opcode, payload, { ...parts, maskKey: randomInt(2 ** 32) });
}

function pingFlood(): Attack {
  const block = many(() => masked(Opcode.PING, Buffer.alloc(125, 'p')));
  return {
    summary: 'pings as fast as the socket takes them, whose pongs are never read',
    deflate: false,
    isDeaf: true,
    bytes: 64 * MIB,
    next: () => block,
  };
}

function tinyFragments(): Attack {
  const first = masked(Opcode.TEXT, Buffer.from('f'), { fin: false });
  const block = many(() => masked(Opcode.CONTINUATION, Buffer.from('f'), { fin: false }));
  return {
    summary: 'a message in fragments of one byte that never ends',
    deflate: false,
    isDeaf: false,
    bytes: 8 * MIB,
    next: (sent) => (sent === 0 ? first : block),
  };
}

function tinySegments(): Attack {
  const message = masked(Opcode.TEXT, Buffer.alloc(125, 's'));
  return {
    summary: 'whole messages in TCP segments of one byte',
    deflate: false,
    isDeaf: false,
    bytes: MIB,
    next: (sent) => message.subarray(sent % message.length, (sent % message.length) + 1),
    rest: (sent) => message.subarray(sent % message.length || message.length),
  };
}

function bomb(): Attack {
  // Just under 1 MiB on the wire, which many servers accept; 1 GiB once it is inflated.
  const message = masked(Opcode.BINARY, deflateBomb(MIB - 64), { rsv: 4 });
  return {
    summary: 'a compressed message of 1 MiB that inflates to 1 GiB',
    deflate: true,
    isDeaf: false,
    bytes: message.length,
    next: () => message,
  };
}

function unreadEcho(): Attack {
  const message = masked(Opcode.BINARY, Buffer.alloc(16 * 1024, 'e'));
  return {
    summary: 'messages as fast as the socket takes them, whose echoes are never read',
    deflate: false,
    isDeaf: true,
    bytes: 64 * MIB,
    next: () => message,
  };
}

/** Makes the attacks that need a connection, by name; each is used by all attackers of a process. */
export const ATTACKS: Readonly<Record<string, () => Attack>> = Object.freeze({
  'ping-flood': pingFlood,
  'tiny-fragments': tinyFragments,
  'tiny-segments': tinySegments,
  'deflate-bomb': bomb,
  'unread-echo': unreadEcho,
});

/** The names of all attacks. */
export const ATTACK_NAMES: readonly string[] = [...Object.keys(ATTACKS), SLOW_HANDSHAKE];
