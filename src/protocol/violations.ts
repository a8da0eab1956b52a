import { CloseCode, ProtocolViolation, type ViolationRule, violationRule } from '../codec/index.ts';

/** The stable codes of {@link MESSAGE_RULES}. */
export type MessageRuleCode =
  | 'message-too-big'
  | 'too-many-fragments'
  | 'message-too-slow'
  | 'partial-messages-full'
  | 'text-not-utf8'
  | 'ping-flood';

/** What a peer can break beyond a single header: the rules of messages, and the limits of this end. */
export const MESSAGE_RULES: Readonly<Record<MessageRuleCode, ViolationRule>> = {
  'message-too-big': violationRule(
    '7.4.1',
    'the message is longer than this end takes; send smaller messages',
    CloseCode.MESSAGE_TOO_BIG,
  ),
  'too-many-fragments': violationRule(
    '10.4',
    'the message has more fragments than this end takes; send fewer, larger ones',
    CloseCode.POLICY_VIOLATION,
  ),
  'message-too-slow': violationRule(
    '10.4',
    'the message was not finished in time; send faster',
    CloseCode.POLICY_VIOLATION,
  ),
  'partial-messages-full': violationRule(
    '10.4',
    'this end holds too many unfinished messages at once; try again later',
    CloseCode.TRY_AGAIN_LATER,
  ),
  'text-not-utf8': violationRule(
    '8.1',
    'a text message is not valid UTF-8; send other data as binary',
    CloseCode.INVALID_PAYLOAD,
  ),
  'ping-flood': violationRule(
    '10.4',
    'too many pings in a short time; send a few a minute',
    CloseCode.POLICY_VIOLATION,
  ),
};

/** The violation of one rule of this floor. */
export function messageViolation(code: MessageRuleCode): ProtocolViolation {
  return new ProtocolViolation(code, MESSAGE_RULES[code]);
}
