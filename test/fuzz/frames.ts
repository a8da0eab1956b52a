import { Opcode } from '../../src/codec/index.ts';
import type { Dice } from '../support/dice.ts';
import { concat, maskSlowly, type Role, utf8 } from '../support/wire.ts';
import { mutateBytes } from './mutate.ts';

/** A frame in its parts, legal or not. */
export interface LooseFrame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  /** The mask key; undefined for an unmasked frame. */
  readonly key: number | undefined;
  readonly lengthBits: 7 | 16 | 64;
  /** What the header says; undefined for the true length. */
  readonly announced?: bigint | undefined;
  readonly payload: Uint8Array;
}

/** Writes what it is told: any form of the length, any announcement. */
export function writeLoose({ fin, rsv, opcode, key, lengthBits, announced, payload }: LooseFrame): Uint8Array {
  const mask = key === undefined ? 0 : 0x80;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const head: number[] = [first];
  if (lengthBits === 64) {
    const length = announced ?? BigInt(payload.length);
    head.push(mask | 127);
    for (let bit = 56n; bit >= 0n; bit -= 8n) head.push(Number((length >> bit) & 0xffn));
  } else {
    const length = Number(announced ?? payload.length);
    if (lengthBits === 7) head.push(mask | (length & 0x7f));
    else head.push(mask | 126, (length >> 8) & 0xff, length & 0xff);
  }
  if (key === undefined) return concat(Uint8Array.from(head), payload);
  head.push(key >>> 24, (key >>> 16) & 0xff, (key >>> 8) & 0xff, key & 0xff);
  return concat(Uint8Array.from(head), maskSlowly(payload, key));
}

/** The frames that the bytes hold, taken apart without judging them, and what is left of them. */
export function readLoose(bytes: Uint8Array): { frames: LooseFrame[]; rest: Uint8Array } {
  const frames: LooseFrame[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at + 2 <= bytes.length && frames.length < 4096) {
    const [first, second] = [buffer.readUInt8(at), buffer.readUInt8(at + 1)];
    let head = at + 2;
    let length = second & 0x7f;
    const lengthBits = length === 127 ? 64 : length === 126 ? 16 : 7;
    const keyAt = head + (lengthBits === 7 ? 0 : lengthBits / 8);
    const masked = second >= 0x80;
    if (keyAt + (masked ? 4 : 0) > bytes.length) break;
    if (lengthBits === 16) length = buffer.readUInt16BE(head);
    if (lengthBits === 64) length = Number(buffer.readBigUInt64BE(head));
    const key = masked ? buffer.readInt32BE(keyAt) : undefined;
    head = keyAt + (masked ? 4 : 0);
    if (head + length > bytes.length) break;
    const payload = bytes.slice(head, head + length);
    frames.push({
      fin: first >= 0x80,
      rsv: (first >> 4) & 7,
      opcode: first & 0xf,
      key,
      lengthBits,
      payload: key === undefined ? payload : maskSlowly(payload, key),
    });
    at = head + length;
  }
  return { frames, rest: bytes.slice(at) };
}

/** What a frame for an end of this role looks like unless told otherwise. */
export function legalFrame(dice: Dice, role: Role, opcode: number, payload: Uint8Array): LooseFrame {
  const lengthBits = payload.length < 126 ? 7 : payload.length < 0x1_0000 ? 16 : 64;
  const key = role === 'server' ? (dice.chance(0.05) ? 0 : dice.int32()) : undefined;
  return { fin: true, rsv: 0, opcode, key, lengthBits, payload };
}

const SIZES = [0, 1, 2, 3, 7, 31, 63, 64, 65, 124, 125, 126, 127, 128, 255, 256, 300];
const LARGE = [1000, 4096, 0xffff, 0x1_0000];
const TEXTS = [
  'a',
  '',
  'Hello',
  'Grüße',
  '日本語',
  '𝒳y',
  '\u0000',
  '\ufeff',
  '\ud7ff\ue000',
  '\u{10ffff}',
  'x'.repeat(140),
];
const CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const BAD_CODES = [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535];
const BAD_TEXTS = ['c0af', 'eda080', 'f4908080', 'f5', 'ff', 'e28261', '80', 'f0808080', 'ce'];

function size(dice: Dice): number {
  return dice.chance(0.003) ? dice.pick(LARGE) : dice.chance(0.7) ? dice.pick(SIZES) : dice.below(200);
}

function textBytes(dice: Dice): Uint8Array {
  let text = '';
  for (let times = dice.between(0, 4); times > 0; times--) text += dice.pick(TEXTS);
  return utf8(text);
}

function badText(dice: Dice): Uint8Array {
  return concat(textBytes(dice), new Uint8Array(Buffer.from(dice.pick(BAD_TEXTS), 'hex')), textBytes(dice));
}

function closePayload(dice: Dice, code: number, reason: Uint8Array): Uint8Array {
  return dice.chance(0.15) ? new Uint8Array(0) : concat(Uint8Array.of(code >> 8, code & 0xff), reason).slice(0, 125);
}

function control(dice: Dice, role: Role): LooseFrame {
  const payload = dice.bytes(Math.min(125, size(dice)));
  return legalFrame(dice, role, dice.chance(0.7) ? Opcode.PING : Opcode.PONG, payload);
}

/** One message, whole or in fragments, with control frames between them. */
function message(dice: Dice, role: Role): LooseFrame[] {
  const isText = dice.chance(0.5);
  const payload = isText ? textBytes(dice) : dice.bytes(size(dice));
  const opcode = isText ? Opcode.TEXT : Opcode.BINARY;
  const fragments = dice.chance(0.6) ? 1 : dice.between(2, 6);
  const frames: LooseFrame[] = [];
  for (let i = 0, at = 0; i < fragments; i++) {
    const end = i === fragments - 1 ? payload.length : dice.between(at, payload.length);
    const frame = legalFrame(dice, role, i === 0 ? opcode : Opcode.CONTINUATION, payload.slice(at, end));
    frames.push({ ...frame, fin: i === fragments - 1 });
    if (i < fragments - 1 && dice.chance(0.2)) frames.push(control(dice, role));
    at = end;
  }
  return frames;
}

type Flaw = (dice: Dice, role: Role) => readonly LooseFrame[];

const binary = (dice: Dice, role: Role, length: number = dice.below(8)): LooseFrame =>
  legalFrame(dice, role, Opcode.BINARY, dice.bytes(length));

/** One way to break each rule that frames can break. */
const FLAWS: readonly Flaw[] = [
  (dice, role) => [{ ...binary(dice, role), rsv: dice.between(1, 7) }],
  (dice, role) => [{ ...control(dice, role), rsv: dice.between(1, 7) }],
  (dice, role) => [{ ...binary(dice, role), opcode: dice.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }],
  (dice, role) => [{ ...binary(dice, role), key: role === 'server' ? undefined : dice.int32() }],
  (dice, role) => [{ ...control(dice, role), fin: false }],
  (dice, role) => [{ ...control(dice, role), lengthBits: dice.pick([16, 64]), payload: dice.bytes(126) }],
  (dice, role) => [{ ...binary(dice, role), opcode: Opcode.CONTINUATION }],
  (dice, role) => [{ ...binary(dice, role), fin: false }, binary(dice, role)],
  (dice, role) => [{ ...binary(dice, role), lengthBits: dice.pick([16, 64]) }],
  (dice, role) => [{ ...binary(dice, role, 300), lengthBits: 64 }],
  (dice, role) => [{ ...binary(dice, role), lengthBits: 64, announced: (1n << 63n) | BigInt(dice.below(9)) }],
  (dice, role) => [{ ...binary(dice, role), lengthBits: 64, announced: 1n << BigInt(dice.between(17, 62)) }],
  (dice, role) => [{ ...binary(dice, role), lengthBits: 16, announced: BigInt(dice.between(126, 65535)) }],
  (dice, role) => [legalFrame(dice, role, Opcode.CLOSE, dice.bytes(1))],
  (dice, role) => {
    const code = dice.pick(BAD_CODES);
    return [legalFrame(dice, role, Opcode.CLOSE, Uint8Array.of(code >> 8, code & 0xff))];
  },
  (dice, role) => [legalFrame(dice, role, Opcode.CLOSE, concat(Uint8Array.of(3, 232), badText(dice)).slice(0, 125))],
  (dice, role) => [legalFrame(dice, role, Opcode.TEXT, badText(dice))],
  (dice, role) => {
    const text = badText(dice);
    const at = dice.below(text.length);
    const start = { ...legalFrame(dice, role, Opcode.TEXT, text.slice(0, at)), fin: false };
    return [start, legalFrame(dice, role, Opcode.CONTINUATION, text.slice(at))];
  },
  (dice, role) => fragments(dice, role, dice.chance(0.02) ? 1100 : dice.between(8, 12)),
  (dice, role) =>
    Array.from({ length: dice.chance(0.02) ? 1010 : dice.between(4, 8) }, () =>
      legalFrame(dice, role, Opcode.PING, dice.bytes(1)),
    ),
];

function fragments(dice: Dice, role: Role, count: number): LooseFrame[] {
  const rest = legalFrame(dice, role, Opcode.CONTINUATION, Uint8Array.of(65));
  return Array.from({ length: count }, (_, i) => ({ ...rest, fin: false, opcode: i === 0 ? Opcode.TEXT : 0 }));
}

/** What a peer of an end of this role might send: legal for the most part, often with one flaw, often with a close. */
export function conversation(dice: Dice, role: Role): LooseFrame[] {
  const frames: LooseFrame[] = [];
  for (let count = dice.between(1, 6); count > 0; count--) {
    if (dice.chance(0.75)) frames.push(...message(dice, role));
    else frames.push(control(dice, role));
  }
  if (dice.chance(0.4)) frames.splice(dice.below(frames.length + 1), 0, ...dice.pick(FLAWS)(dice, role));
  if (dice.chance(0.4)) {
    frames.push(legalFrame(dice, role, Opcode.CLOSE, closePayload(dice, dice.pick(CODES), textBytes(dice))));
  }
  return frames;
}

/** The bytes of a {@link conversation}; rarely cut short. */
export function conversationBytes(dice: Dice, role: Role): Uint8Array {
  const bytes = concat(...conversation(dice, role).map(writeLoose));
  return dice.chance(0.1) ? bytes.slice(0, dice.below(bytes.length)) : bytes;
}

/** The bytes with one to three changes to whole frames, or to what is in them; the masks stay in order. */
export function mutateFrames(bytes: Uint8Array, dice: Dice, role: Role): Uint8Array {
  const { frames, rest } = readLoose(bytes);
  for (let times = dice.between(1, 3); times > 0; times--) {
    const at = dice.below(frames.length + 1);
    const frame = frames[at];
    const choice = dice.below(10);
    if (frame === undefined || choice === 0) frames.splice(at, 0, ...message(dice, role));
    else if (choice === 1) frames.splice(at, 0, frame);
    else if (choice === 2) frames.splice(at, 1);
    else if (choice === 3) frames.splice(at, 1, { ...frame, fin: !frame.fin });
    else if (choice === 4) frames.splice(at, 0, ...dice.pick(FLAWS)(dice, role));
    else if (choice === 5) frames.splice(at, 0, control(dice, role));
    else if (choice === 6) frames.splice(at, 1, { ...frame, opcode: dice.below(16) });
    else if (choice === 7) frames.splice(at, 1, { ...frame, rsv: dice.below(8) });
    else {
      const payload = mutateBytes(frame.payload, dice).slice(0, frame.opcode >= 8 ? 125 : undefined);
      frames.splice(at, 1, { ...legalFrame(dice, role, frame.opcode, payload), fin: frame.fin, rsv: frame.rsv });
    }
  }
  return concat(...frames.map(writeLoose), rest);
}
