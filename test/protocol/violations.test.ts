import { describe, expect, it } from 'vitest';
import { ProtocolViolation } from '../../src/codec/index.ts';
import { MESSAGE_RULES, type MessageRuleCode, messageViolation } from '../../src/protocol/violations.ts';
import { utf8 } from '../support/wire.ts';

describe('the rules of messages', () => {
  it.each(Object.keys(MESSAGE_RULES) as MessageRuleCode[])('say what %s means, in what fits a close frame', (code) => {
    const violation = messageViolation(code);
    expect(violation).toBeInstanceOf(ProtocolViolation);
    expect(violation.code).toBe(code);
    expect(violation.message.split(' ').length).toBeGreaterThan(4);
    expect(utf8(violation.message).length).toBeLessThanOrEqual(123);
    expect(violation.section).toMatch(/^RFC 6455 §\d/);
  });
});
