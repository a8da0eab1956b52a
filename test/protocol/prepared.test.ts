import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { PreparedMessage } from '../../src/protocol/index.ts';
import { encodeText } from '../../src/protocol/text.ts';
import { openEnd } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { toHex, utf8 } from '../support/wire.ts';

describe('RFC 6455 §5.2, a prepared message', () => {
  it('holds text as one unmasked frame, and its payload', () => {
    const prepared = new PreparedMessage('Grüße', webText);
    expect(prepared.opcode).toBe(Opcode.TEXT);
    expect(toHex(prepared.frame)).toBe(`8107${toHex(utf8('Grüße'))}`);
    expect(prepared.payload).toEqual(utf8('Grüße'));
  });

  it('holds bytes, copied', () => {
    const bytes = Uint8Array.of(1, 2);
    const prepared = new PreparedMessage(bytes, webText);
    bytes.fill(9);
    expect(prepared.opcode).toBe(Opcode.BINARY);
    expect(toHex(prepared.frame)).toBe('82020102');
    expect(toHex(prepared.payload)).toBe('0102');
  });

  it('goes out from a server as the very frame, and from a client masked', () => {
    const prepared = new PreparedMessage('x'.repeat(20_000), webText);
    for (const [role, isShared] of [
      ['server', true],
      ['client', false],
    ] as const) {
      const { protocol } = openEnd(role);
      protocol.send(prepared);
      expect(protocol.outbox.take().includes(prepared.frame)).toBe(isShared);
    }
  });

  it('may be empty, and has U+FFFD for a lone surrogate', () => {
    expect(toHex(new PreparedMessage('', webText).frame)).toBe('8100');
    expect(new PreparedMessage('', webText).payload).toHaveLength(0);
    expect(toHex(new PreparedMessage('\ud800', webText).payload)).toBe('efbfbd');
  });
});

describe('text as UTF-8', () => {
  it.each(['', 'a', 'äöü', '😀', 'a\udc00b', 'x'.repeat(10_000)])('lies in an array of its own: %s', (text) => {
    expect(encodeText(webText, text)).toEqual(utf8(text));
  });
});
