import { describe, expect, it } from 'vitest';
import { encodeCloseRequest } from '../../src/protocol/index.ts';
import { closeHex, openEnd } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { ROLES, toHex } from '../support/wire.ts';

describe('RFC 6455 §5.5.1, §7.4, what a caller may close with', () => {
  // @rfc 6455-7.1.2-1
  it.each([1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])('takes %i', (code) => {
    expect(toHex(encodeCloseRequest(webText, code, 'x'))).toBe(closeHex(code, 'x'));
  });

  it('is empty without a code', () => {
    expect(encodeCloseRequest(webText, undefined, '')).toEqual(new Uint8Array(0));
  });

  it('takes a reason of 123 bytes and names the length of one of 124', () => {
    expect(encodeCloseRequest(webText, 1000, `${'ä'.repeat(61)}a`)).toHaveLength(125);
    expect(() => encodeCloseRequest(webText, 1000, 'ä'.repeat(62))).toThrow(/124/);
  });

  it('takes a pair of surrogates and refuses a lone one', () => {
    expect(toHex(encodeCloseRequest(webText, 1000, '😀'))).toBe(closeHex(1000, '😀'));
    expect(() => encodeCloseRequest(webText, 1000, 'a\ud83d')).toThrow(/lone surrogate/);
    expect(() => encodeCloseRequest(webText, 1000, '\ude00\ud83d')).toThrow(RangeError);
  });

  it('refuses a reason without a code', () => {
    expect(() => encodeCloseRequest(webText, undefined, 'why')).toThrow(/needs a code/);
  });

  // @rfc 6455-7.4.1-1 6455-7.4.1-2 6455-7.4.1-4
  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, -1, 1000.5, Number.NaN])('refuses %d by name', (code) => {
    for (const role of ROLES) {
      const end = openEnd(role);
      expect(() => end.protocol.close(0, code)).toThrow(new RegExp(`${code}`));
      expect(end.protocol.state).toBe('open');
      expect(end.sent()).toEqual([]);
    }
  });
});
