import { describe, expect, it } from 'vitest';
import { checkHeader, decodeHeader, type HeaderRules } from '../../src/codec/index.ts';
import { hex } from '../support/wire.ts';

const SERVER: HeaderRules = { role: 'server', fragmented: false };
const CLIENT: HeaderRules = { role: 'client', fragmented: false };

function judge(digits: string, rules: HeaderRules): string | undefined {
  const header = decodeHeader(hex(digits));
  if (header === undefined) throw new Error(`${digits} is no whole header`);
  return checkHeader(header, rules)?.code;
}

describe('RFC 6455 §5.2, reserved bits by the kind of frame', () => {
  const frames = [
    ['start', '81 00', false],
    ['continuation', '80 00', true],
    ['control', '89 00', true],
  ] as const;
  for (const [kind, digits, fragmented] of frames) {
    // @rfc 6455-5.2-2 7692-6.1-4
    it(`lets on a ${kind} frame pass exactly the bits agreed for it`, () => {
      for (let allowed = 0; allowed < 8; allowed++) {
        for (let rsv = 0; rsv < 8; rsv++) {
          const others = 7 ^ allowed;
          const reservedBits = { start: others, continuation: others, control: others, [kind]: allowed };
          const bytes = hex(digits);
          bytes[0] = (bytes[0] ?? 0) | (rsv << 4);
          const header = decodeHeader(bytes);
          if (header === undefined) throw new Error('two bytes are a whole header');
          const code = checkHeader(header, { role: 'client', fragmented, reservedBits })?.code;
          expect(code).toBe((rsv & ~allowed) === 0 ? undefined : 'reserved-bit');
        }
      }
    });
  }
});

describe('RFC 6455 §5.2, reserved opcodes', () => {
  // @rfc 6455-5.2-3
  it('are refused unless an extension claims exactly them', () => {
    for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
      const digits = `8${opcode.toString(16)}00`;
      expect(judge(digits, CLIENT)).toBe('reserved-opcode');
      expect(judge(digits, { ...CLIENT, extensionOpcodes: 0xffff ^ (1 << opcode) })).toBe('reserved-opcode');
      expect(judge(digits, { ...CLIENT, extensionOpcodes: 1 << opcode })).toBeUndefined();
    }
  });

  it('when claimed, keep the rules of their kind', () => {
    const extensionOpcodes = 0xffff;
    expect(judge('03 00', { ...CLIENT, fragmented: true, extensionOpcodes })).toBe('message-interleaved');
    expect(judge('0b 00', { ...CLIENT, extensionOpcodes })).toBe('control-fragmented');
    expect(judge('8f 7e 007e', { ...CLIENT, extensionOpcodes })).toBe('control-too-long');
  });
});

describe('RFC 6455 §5.1, §5.4, §5.5: one rule for each mistake', () => {
  // @rfc 6455-5.1-2 6455-5.1-4 6455-5.4-1 6455-5.4-3 6455-5.5-1 6455-10.7-1
  it.each([
    ['81 00', SERVER, 'mask-missing'],
    ['81 80 00000000', CLIENT, 'mask-unexpected'],
    ['81 80 00000000', SERVER, undefined],
    ['81 00', CLIENT, undefined],
    ['80 00', CLIENT, 'continuation-unexpected'],
    ['80 00', { ...CLIENT, fragmented: true }, undefined],
    ['00 00', { ...CLIENT, fragmented: true }, undefined],
    ['81 00', { ...CLIENT, fragmented: true }, 'message-interleaved'],
    ['02 00', { ...CLIENT, fragmented: true }, 'message-interleaved'],
    ['88 00', { ...CLIENT, fragmented: true }, undefined],
    ['89 7d', CLIENT, undefined],
    ['09 00', CLIENT, 'control-fragmented'],
    ['89 7e 0001', CLIENT, 'control-too-long'],
    ['82 7e 007d', CLIENT, 'length-not-minimal'],
    ['82 7e 007e', CLIENT, undefined],
    ['82 7f 000000000000ffff', CLIENT, 'length-not-minimal'],
    ['82 7f 0000000000010000', CLIENT, undefined],
    ['82 7f 7fffffffffffffff', CLIENT, undefined],
    ['82 7f 8000000000000000', CLIENT, 'length-top-bit'],
  ] as const)('%s for %j: %s', (digits, rules, code) => {
    expect(judge(digits, rules)).toBe(code);
  });

  it('names one rule when several are broken, the opcode first', () => {
    expect(judge('73 00', SERVER)).toBe('reserved-opcode');
    expect(judge('79 00', SERVER)).toBe('reserved-bit');
    expect(judge('09 00', SERVER)).toBe('mask-missing');
  });

  it('carries the close code and the section of the rule', () => {
    const header = decodeHeader(hex('89 7e 0001'));
    const violation = header && checkHeader(header, CLIENT);
    expect(violation).toMatchObject({ closeCode: 1002, section: 'RFC 6455 §5.5', name: 'ProtocolViolation' });
    expect(violation?.message).toMatch(/125 bytes/);
  });
});
