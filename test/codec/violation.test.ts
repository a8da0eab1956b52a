import { describe, expect, it } from 'vitest';
import { CloseCode, isValidCloseCode, ProtocolViolation } from '../../src/codec/index.ts';
import { FRAME_RULES, type FrameRuleCode, frameViolation } from '../../src/codec/violation.ts';

describe('RFC 6455 §7.4.1, the table of what a peer can break', () => {
  const codes = Object.keys(FRAME_RULES) as FrameRuleCode[];

  it.each(codes)('gives %s a close code that may be sent, a section and a sentence', (code) => {
    const violation = frameViolation(code);
    expect(violation).toBeInstanceOf(ProtocolViolation);
    expect(violation).toBeInstanceOf(Error);
    expect(violation.code).toBe(code);
    expect(isValidCloseCode(violation.closeCode)).toBe(true);
    expect(violation.section).toMatch(/^RFC 6455 §\d+(\.\d+)*$/);
    expect(violation.message.length).toBeGreaterThan(20);
    expect(violation.name).toBe('ProtocolViolation');
  });

  it('answers bad text with 1007 and everything else on this floor with 1002', () => {
    const inconsistentText = codes.filter((code) => FRAME_RULES[code].closeCode === CloseCode.INVALID_PAYLOAD);
    expect(inconsistentText).toEqual(['close-reason-not-utf8']);
    const others = codes.filter((code) => !inconsistentText.includes(code));
    expect(new Set(others.map((code) => FRAME_RULES[code].closeCode))).toEqual(new Set([CloseCode.PROTOCOL_ERROR]));
  });

  it('can be told rules of higher floors', () => {
    const rule = { closeCode: 1009, section: 'RFC 6455 §10.4', message: 'too much' };
    expect(new ProtocolViolation('message-too-big', rule)).toMatchObject({ code: 'message-too-big', ...rule });
  });
});
