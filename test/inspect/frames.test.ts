import { describe, expect, it } from 'vitest';
import { type InspectOptions, inspect, type Span } from '../../src/inspect/index.ts';
import { hex, utf8 } from '../support/wire.ts';

function spansOf(digits: string, options: InspectOptions = {}): Span[] {
  return inspect(hex(digits), { start: 'frame', ...options }).parts.flatMap(({ spans }) => [...spans]);
}

/** The span that breaks a rule, in short. */
function broken(digits: string, options: InspectOptions = {}): unknown[] {
  return spansOf(digits, options)
    .filter(({ violation }) => violation !== undefined)
    .map(({ offset, bits, field, violation }) => [violation?.code, field, offset, bits]);
}

describe('RFC 6455 §5.7, the examples explained', () => {
  it('names every bit of a masked text', () => {
    const spans = spansOf('81 85 37fa213d 7f9f4d5158');
    expect(spans.map(({ offset, bits, field, value, section }) => [offset, bits, field, value, section])).toEqual([
      [0, 1, 'FIN', '1', 'RFC 6455 §5.2'],
      [1, 1, 'RSV1', '0', 'RFC 6455 §5.2'],
      [2, 1, 'RSV2', '0', 'RFC 6455 §5.2'],
      [3, 1, 'RSV3', '0', 'RFC 6455 §5.2'],
      [4, 4, 'opcode', '1 text', 'RFC 6455 §5.6'],
      [8, 1, 'MASK', '1', 'RFC 6455 §5.1'],
      [9, 7, 'payload length', '5', 'RFC 6455 §5.2'],
      [16, 32, 'masking key', '37 fa 21 3d', 'RFC 6455 §5.3'],
      [48, 40, 'text', '"Hello"', 'RFC 6455 §5.6'],
    ]);
    expect(spans.at(-1)?.note).toBe('unmasked: 48 65 6c 6c 6f');
  });

  it('follows a message over its fragments, with a ping between them', () => {
    const { parts, role, violation } = inspect(hex('01 03 48656c 89 01 21 80 02 6c6f'));
    expect([role, violation]).toEqual(['client', undefined]);
    expect(parts.map(({ title, note }) => [title, note])).toEqual([
      ['text fragment, 3 bytes, not masked', 'fragment 1 of a text message'],
      ['ping, 1 byte, not masked', 'stands between the fragments of a text message'],
      ['continuation, 2 bytes, not masked', 'completes a text message of 2 fragments, 5 bytes in all'],
    ]);
    expect(parts.map(({ payload }) => payload)).toEqual([utf8('Hel'), utf8('!'), utf8('lo')]);
  });

  it('shows the two long forms of the length', () => {
    const spans = spansOf(`82 7e 0100 ${'00'.repeat(256)} 82 7f 0000000000010000`);
    const long = spans.filter(({ field }) => field === 'extended payload length');
    expect(long.map(({ offset, bits, value }) => [offset, bits, value])).toEqual([
      [16, 16, '256'],
      [260 * 8 + 16, 64, '65536'],
    ]);
  });
});

describe('RFC 6455 §5, a broken rule is marked where it is broken', () => {
  it.each([
    ['91 00', 'reserved-bit', 'RSV3', 3, 1],
    ['83 00', 'reserved-opcode', 'opcode', 4, 4],
    ['09 00', 'control-fragmented', 'FIN', 0, 1],
    ['89 7e', 'control-too-long', 'payload length', 9, 7],
    ['80 00', 'continuation-unexpected', 'opcode', 4, 4],
    ['01 00 81 00', 'message-interleaved', 'opcode', 20, 4],
    ['82 7e 0001 61', 'length-not-minimal', 'extended payload length', 16, 16],
    ['82 7f 8000000000000000 61', 'length-top-bit', 'extended payload length', 16, 64],
    ['88 01 03', 'close-payload-truncated', 'close code', 16, 8],
    ['88 02 03ed', 'close-code-invalid', 'close code', 16, 16],
    ['88 03 03e8 ff', 'close-reason-not-utf8', 'close reason', 32, 8],
    ['81 03 61ff62', 'text-not-utf8', 'text', 24, 8],
    ['81 01 c3', 'text-not-utf8', 'text', 16, 8],
    ['01 01 c3 80 00', 'text-not-utf8', 'FIN', 24, 1],
    ['01 01 c3 80 01 41', 'text-not-utf8', 'text', 40, 8],
  ])('%s: %s at %s', (digits, ...expected) => {
    expect(broken(digits, { role: 'client' })).toEqual([expected]);
  });

  it('marks the mask bit that the role does not permit', () => {
    expect(broken('81 00', { role: 'server' })).toEqual([['mask-missing', 'MASK', 8, 1]]);
    expect(broken('81 80 00000000', { role: 'client' })).toEqual([['mask-unexpected', 'MASK', 8, 1]]);
  });

  it('marks the first of the reserved bits that may not be set', () => {
    expect(broken('f1 00')).toEqual([['reserved-bit', 'RSV1', 1, 1]]);
    expect(broken('b1 00')).toEqual([['reserved-bit', 'RSV2', 2, 1]]);
    expect(broken('d1 00', { deflate: true })).toEqual([['reserved-bit', 'RSV3', 3, 1]]);
  });

  it('shows the payload of the refused frame, and looks at nothing behind it', () => {
    const { parts } = inspect(hex('83 02 6162 81 00'));
    expect(parts[0]?.spans.at(-1)).toMatchObject({ field: 'payload', value: '61 62 "ab"', section: 'RFC 6455 §7.1.7' });
    expect(parts[1]).toMatchObject({ kind: 'unread', offset: 4, bytes: 2 });
    expect(parts[1]?.note).toMatch(/ignores whatever follows/);
  });

  it('lets RSV1 pass where permessage-deflate was agreed, and does not read compressed text', () => {
    expect(broken('c1 02 ffff', { deflate: true })).toEqual([]);
    expect(spansOf('c1 02 ffff', { deflate: true }).at(-1)?.field).toBe('compressed data');
    expect(broken('41 01 ff 80 01 ff', { deflate: true })).toEqual([]);
    expect(broken('41 01 ff c0 01 ff', { deflate: true })).toEqual([['reserved-bit', 'RSV1', 25, 1]]);
  });
});

describe('RFC 6455 §5.5.1, a close frame', () => {
  it('is taken apart into code and reason', () => {
    const spans = spansOf('88 05 03e8 627965').slice(-2);
    expect(spans.map(({ field, value }) => [field, value])).toEqual([
      ['close code', '1000 normal'],
      ['close reason', '"bye"'],
    ]);
    expect(spansOf('88 02 0fa0').at(-1)?.value).toBe('4000');
  });

  it('is the last frame that is looked at', () => {
    const { parts, violation } = inspect(hex('88 00 83 00'));
    expect(violation).toBeUndefined();
    expect(parts[1]).toMatchObject({ kind: 'unread', bytes: 2, note: 'whatever follows a close frame is discarded' });
  });
});

describe('bytes that are cut off', () => {
  it.each([
    ['81', 1, '1 byte of the header is missing', 'text, cut off'],
    ['82 7e', 2, '2 bytes of the header are missing', 'binary, length cut off, not masked'],
    ['82 7f 0000', 6, '6 bytes of the header are missing', 'binary, length cut off, not masked'],
    ['81 85 37', 3, '3 bytes of the header are missing', 'text, 5 bytes, masked'],
    ['81 05 48', 4, '4 bytes of the payload are missing', 'text, 5 bytes, not masked'],
    ['81 02 48', 1, '1 byte of the payload is missing', 'text, 2 bytes, not masked'],
    ['88 05 03', 4, '4 bytes of the payload are missing', 'close, 5 bytes, not masked'],
  ])('%s: %d missing', (digits, bytes, note, title) => {
    const { parts, violation } = inspect(hex(digits));
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({ title, missing: { bytes, note } });
    expect(violation).toBeUndefined();
  });

  it('are judged as far as they go: no end of a text is missed that may still come', () => {
    expect(broken('81 02 c3')).toEqual([]);
    expect(broken('81 03 c3ff')).toEqual([['text-not-utf8', 'text', 24, 8]]);
    expect(broken('89 fe')).toEqual([['control-too-long', 'payload length', 9, 7]]);
  });

  it('show a length that no number holds exactly as it stands', () => {
    const span = spansOf('82 7f 7fffffffffffffff').at(-1);
    expect(span).toMatchObject({ field: 'extended payload length', value: '0x7fffffffffffffff' });
  });

  it('may be none at all', () => {
    expect(inspect(new Uint8Array(0))).toEqual({ role: 'client', parts: [], violation: undefined });
  });
});
