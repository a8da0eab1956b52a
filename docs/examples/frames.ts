// Level 1: frames and nothing else.
// Run: npx tsx docs/examples/frames.ts
import {
  applyMask,
  checkHeader,
  decodeClosePayload,
  decodeHeader,
  encodeClosePayload,
  encodeFrame,
  encodeHeaderInto,
  FrameDecoder,
  type FrameHeader,
  headerSize,
  Opcode,
  ProtocolViolation,
  truncateUtf8,
  Utf8Validator,
} from 'ws101/codec';

const utf8 = new TextEncoder();

// #region encode
// One whole frame. A client masks, with a fresh key for every frame; a server gives no key.
const hello = encodeFrame(Opcode.TEXT, utf8.encode('Hello'), { maskKey: 0x37fa213d });

// The same into memory of one's own: header, payload, and the mask over the payload in place.
const payload = utf8.encode('Hello');
const target = new Uint8Array(headerSize(payload.length, true) + payload.length);
const fields = { opcode: Opcode.TEXT, length: payload.length, maskKey: 0x37fa213d };
const start = encodeHeaderInto(target, 0, fields);
target.set(payload, start);
applyMask(target, fields.maskKey, 0, start);
// #endregion
console.log('the same bytes:', hello.join() === target.join());

// #region mask-phase
// A payload that comes in pieces is unmasked in pieces: each call gives the phase for the next.
let phase = 0;
for (const piece of [target.subarray(start, start + 3), target.subarray(start + 3)]) {
  phase = applyMask(piece, fields.maskKey, phase);
}
// #endregion
console.log('unmasked in pieces:', new TextDecoder().decode(target.subarray(start)));

// #region header
// A header alone, for proxies and tools: what it says, and whether it may say so.
const header = decodeHeader(hello); // undefined while bytes are missing
if (header !== undefined) {
  const broken = checkHeader(header, { role: 'client', fragmented: false });
  console.log(header.length, 'bytes;', broken?.code, broken?.section, broken?.closeCode);
}
// #endregion

// #region decode
/** Collects the text messages of a client, and stops behind each. Bounds come first: nothing else limits a frame. */
class Texts {
  readonly texts: string[] = [];
  readonly #validator = new Utf8Validator();
  #header: FrameHeader | undefined;
  #text = '';

  header(header: FrameHeader): void {
    if (header.length > 1_000) throw new ProtocolViolation('too-long', TOO_LONG);
    this.#header = header;
  }

  payload(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
    if (this.#header?.opcode !== Opcode.TEXT) return false;
    if (!this.#validator.push(bytes, start, end)) throw new ProtocolViolation('not-utf8', NOT_UTF8);
    this.#text += decoder.decode(bytes.subarray(start, end), { stream: !last });
    if (!last) return false;
    this.texts.push(this.#text);
    this.#text = '';
    this.#validator.reset();
    return true; // stop here; `push` says how far it came
  }
}

const TOO_LONG = { closeCode: 1009, section: 'RFC 6455 §7.4.1', message: 'at most 1,000 bytes a frame' };
const NOT_UTF8 = { closeCode: 1007, section: 'RFC 6455 §8.1', message: 'a text frame holds UTF-8' };

const decoder = new TextDecoder();
const frames = new FrameDecoder({ role: 'server' });
const sink = new Texts();
let rest: Uint8Array = Uint8Array.of(...hello, ...hello, ...hello.subarray(0, 4));
while (rest.length > 0) {
  rest = rest.subarray(frames.push(rest, sink));
  console.log('texts:', sink.texts.length, 'bytes left:', rest.length);
}
console.log('between two frames:', frames.idle);
// #endregion

// #region close
const reason = truncateUtf8(utf8.encode('ü'.repeat(100)), 123); // 122 bytes: no character is cut
const close = decodeClosePayload(encodeClosePayload(1000, reason));
console.log(close.code, close.reason.length);
// #endregion
