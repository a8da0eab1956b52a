import { describe, expect, it } from 'vitest';
import { encodeFrame, Opcode } from '../../src/codec/index.ts';
import { hex, join, NOTHING } from '../../src/conformance/bytes.ts';
import { everyOctet } from '../../src/conformance/cases/samples.ts';
import {
  binary,
  close,
  continuation,
  type Frame,
  fragments,
  frame,
  frameBytes,
  OPCODE,
  ping,
  pong,
  text,
} from '../../src/conformance/frame.ts';
import { readHeader } from '../../src/conformance/frame-header.ts';
import { acceptFor } from '../../src/conformance/head.ts';

const KEY = hex('37 fa 21 3d');
const open = (described: Frame): Uint8Array => frameBytes(described, false, NOTHING);
const masked = (described: Frame): Uint8Array => frameBytes(described, true, KEY);

describe('the frames that the suite writes', () => {
  it('are those of the examples in RFC 6455 §5.7', () => {
    expect(open(text('Hello'))).toEqual(hex('81 05 48 65 6c 6c 6f'));
    expect(masked(text('Hello'))).toEqual(hex('81 85 37 fa 21 3d 7f 9f 4d 51 58'));
    expect(open(text('Hel', { fin: false }))).toEqual(hex('01 03 48 65 6c'));
    expect(open(continuation('lo'))).toEqual(hex('80 02 6c 6f'));
    expect(open(ping('Hello'))).toEqual(hex('89 05 48 65 6c 6c 6f'));
    expect(masked(pong('Hello'))).toEqual(hex('8a 85 37 fa 21 3d 7f 9f 4d 51 58'));
    expect(open(binary(everyOctet(256))).subarray(0, 4)).toEqual(hex('82 7e 01 00'));
    expect(open(binary(everyOctet(65_536))).subarray(0, 10)).toEqual(hex('82 7f 00 00 00 00 00 01 00 00'));
  });

  it('are those of the codec, wherever the length changes its form', () => {
    for (const octets of [0, 1, 2, 3, 125, 126, 127, 65_535, 65_536]) {
      const payload = everyOctet(octets);
      const ours = masked(binary(payload));
      const header = readHeader(ours);
      expect([header?.length, header?.isLong, header?.masked]).toEqual([octets, false, true]);
      const codecs = encodeFrame(Opcode.BINARY, payload, { maskKey: new DataView(KEY.buffer).getUint32(0) });
      expect(Buffer.compare(ours, codecs)).toBe(0);
    }
  });

  it('break a rule where a case says so', () => {
    expect(open(text('x', { rsv: 5 }))).toEqual(hex('d1 01 78'));
    expect(open(frame(0xb))).toEqual(hex('8b 00'));
    expect(open(text('x', { lengthForm: 16 }))).toEqual(hex('81 7e 00 01 78'));
    expect(open(text('x', { lengthForm: 64 }))).toEqual(hex('81 7f 00 00 00 00 00 00 00 01 78'));
    expect(open(text('x', { claimedLength: 1n << 63n }))).toEqual(hex('81 7f 80 00 00 00 00 00 00 00 78'));
    expect(masked(text('x', { mask: 'wrong' }))).toEqual(hex('81 01 78'));
    expect(open(text('x', { mask: hex('00 00 00 00') }))).toEqual(hex('81 81 00 00 00 00 78'));
  });

  it('say why the connection is closed (RFC 6455 §5.5.1)', () => {
    expect(open(close())).toEqual(hex('88 00'));
    expect(open(close(1000, 'bye'))).toEqual(hex('88 05 03 e8 62 79 65'));
  });

  it('carry a message in fragments (RFC 6455 §5.4)', () => {
    expect(join(...fragments(OPCODE.TEXT, 'abcde', 2).map(open))).toEqual(hex('01 02 61 62 00 02 63 64 80 01 65'));
    expect(fragments(OPCODE.BINARY, '', 2)).toEqual([binary('')]);
    expect(fragments(OPCODE.TEXT, 'abc', 2, 4).map(({ rsv }) => rsv)).toEqual([4, 0]);
  });
});

describe('the accept value of the suite', () => {
  it('is that of the example in RFC 6455 §1.3', () => {
    expect(acceptFor('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });
});
