import {
  checkHeader,
  decodeHeader,
  encodeFrame,
  encodeHeaderInto,
  FrameDecoder,
  type FrameHeader,
  type HeaderRules,
  headerSize,
  isControlOpcode,
  ProtocolViolation,
} from '../../../src/codec/index.ts';
import { FRAME_RULES } from '../../../src/codec/violation.ts';
import { Dice } from '../../support/dice.ts';
import { concat, type Decoded, decodeChunks, maskSlowly, type Role, toHex } from '../../support/wire.ts';
import { cutHereAndThere } from '../cut.ts';
import { conversationBytes, mutateFrames } from '../frames.ts';
import { mutateBytes } from '../mutate.ts';
import { must, mustEqual, type Target } from '../target.ts';

/** An input is two bytes of settings, then frames. */
const SETTINGS_BYTES = 2;
const CLIENT = 1;
const EXTENDED = 2;
const STOPS = 4;

const roleOf = (input: Uint8Array): Role => (((input[0] ?? 0) & CLIENT) !== 0 ? 'client' : 'server');

/** Frames out of bytes, compared with a reading of the whole input at once that is written to be obvious. */
export const frameDecoder: Target = {
  name: 'frame-decoder',
  share: 8,
  dictionary: ['\x81', '\x88', '\x89', '\x7e', '\x7f', '\xfe', '\xff', '\x80\x00\x00\x00'],

  generate(dice) {
    const settings = Uint8Array.of(dice.below(8), dice.below(256));
    return concat(settings, conversationBytes(dice, roleOf(settings)));
  },

  mutate(input, dice) {
    const settings = input.slice(0, SETTINGS_BYTES);
    const frames = input.subarray(SETTINGS_BYTES);
    if (dice.chance(0.3)) return concat(settings, mutateBytes(frames, dice));
    return concat(settings, mutateFrames(frames, dice, roleOf(input)));
  },

  run(input, watch) {
    if (input.length < SETTINGS_BYTES) return;
    const role = roleOf(input);
    const extended = ((input[0] ?? 0) & EXTENDED) !== 0;
    const rules = {
      reservedBits: extended ? { start: 4, continuation: 1, control: 2 } : undefined,
      extensionOpcodes: extended ? (1 << 3) | (1 << 15) : 0,
    };
    const bytes = input.subarray(SETTINGS_BYTES);
    const expected = readObviously(role, bytes, rules);
    const dice = new Dice(input[1] ?? 0);
    const stop = ((input[0] ?? 0) & STOPS) !== 0 ? (): boolean => dice.chance(0.5) : (): boolean => false;
    const chunks = cutHereAndThere(bytes, dice);
    const results = [
      decodeChunks(role, chunks, { ...rules, stop }),
      watch.step(bytes.length, () => decodeChunks(role, [bytes.slice()], { ...rules, ownsInput: true })),
      decodeChunks(role, chunks, { ...rules, ownsInput: true, takesMessages: true, stop }),
    ];
    for (const result of results)
      mustEqual(comparable(result), expected, 'decoded otherwise than by the plain reading');
    watch.count(expected.violation ?? 'accepted');
    must(expected.violation === undefined || expected.violation in FRAME_RULES, 'the rule is documented');
    mustDiscard(role, bytes, expected.violation);
  },
};

type Plain = Pick<Decoded, 'frames' | 'rest' | 'violation' | 'idle'>;

function comparable({ frames, rest, violation, idle }: Decoded): Plain {
  // What the rest of a refused frame is does not matter.
  return { frames, rest: violation === undefined ? rest : '', violation, idle: violation === undefined && idle };
}

function readObviously(role: Role, bytes: Uint8Array, more: Omit<HeaderRules, 'role' | 'fragmented'>): Plain {
  const frames: Plain['frames'] = [];
  let fragmented = false;
  for (let at = 0; at < bytes.length; ) {
    const early = violationFromPrefix(bytes, at, { role, fragmented, ...more });
    if (early !== undefined) return { frames, rest: '', violation: early, idle: false };
    const header = decodeHeader(bytes, at);
    if (header === undefined) return { frames, rest: '', violation: undefined, idle: false };
    mustWriteBack(header, bytes, at);
    const start = at + header.size;
    const payload = maskSlowly(bytes.slice(start, start + header.length), header.maskKey);
    at = start + header.length;
    if (at > bytes.length) return { frames, rest: toHex(payload), violation: undefined, idle: false };
    const { fin, rsv, opcode } = header;
    frames.push({ fin, rsv, opcode, payload: toHex(payload) });
    if (!isControlOpcode(opcode)) fragmented = !fin;
  }
  return { frames, rest: '', violation: undefined, idle: true };
}

/** What the bytes there are break, however little of the header has come. */
function violationFromPrefix(bytes: Uint8Array, at: number, rules: HeaderRules): string | undefined {
  const [first, second] = [bytes[at], bytes[at + 1]];
  if (first === undefined || second === undefined) return undefined;
  const whole = decodeHeader(bytes, at);
  if (whole !== undefined) return checkHeader(whole, rules)?.code;
  // Without its mask key a header says all that can be wrong with it; without its length nearly all.
  const padded = concat(bytes.slice(at), new Uint8Array(14));
  const lengthBytes = (second & 0x7f) === 127 ? 8 : (second & 0x7f) === 126 ? 2 : 0;
  const known = bytes.length - at >= 2 + lengthBytes;
  const header = decodeHeader(padded);
  must(header !== undefined, 'a header of 14 bytes and more is whole');
  return checkHeader(known ? header : { ...header, length: -1 }, rules)?.code;
}

function mustWriteBack(header: FrameHeader, bytes: Uint8Array, at: number): void {
  if (header.length > Number.MAX_SAFE_INTEGER) return;
  const { opcode, length, fin, rsv } = header;
  const maskKey = header.masked ? header.maskKey : undefined;
  const written = new Uint8Array(headerSize(length, header.masked));
  encodeHeaderInto(written, 0, { opcode, length, fin, rsv, maskKey });
  mustEqual(toHex(written), toHex(bytes.slice(at, at + header.size)), 'the header written back');
  const payload = bytes.slice(at + header.size, at + header.size + length);
  if (payload.length < length) return;
  const plain = maskSlowly(payload, header.maskKey);
  const frame = encodeFrame(opcode, plain, { fin, rsv, maskKey });
  mustEqual(toHex(frame), toHex(bytes.slice(at, at + frame.length)), 'the frame written back');
}

/** After a violation everything is taken and nothing is found any more. */
function mustDiscard(role: Role, bytes: Uint8Array, violation: string | undefined): void {
  if (violation === undefined) return;
  const decoder = new FrameDecoder({ role, reservedBits: { start: 0, continuation: 0, control: 0 } });
  const sink = { header: (): void => {}, payload: (): boolean => false };
  try {
    decoder.push(bytes, sink);
  } catch (error) {
    must(error instanceof ProtocolViolation, 'only violations are thrown');
    const found = (): never => {
      throw new Error('something was found after a violation');
    };
    mustEqual(decoder.push(bytes, { header: found, payload: found }), bytes.length, 'bytes taken after a violation');
  }
}
