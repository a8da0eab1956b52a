import { CloseCode, ProtocolViolation, type ViolationRule } from '../codec/index.ts';

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
  'message-too-big': {
    closeCode: CloseCode.MESSAGE_TOO_BIG,
    section: 'RFC 6455 §7.4.1',
    message: 'the message is longer than this end takes; send smaller messages',
  },
  'too-many-fragments': {
    closeCode: CloseCode.POLICY_VIOLATION,
    section: 'RFC 6455 §10.4',
    message: 'the message came in more fragments than this end takes; send fewer, larger ones',
  },
  'message-too-slow': {
    closeCode: CloseCode.POLICY_VIOLATION,
    section: 'RFC 6455 §10.4',
    message: 'the message was not finished in time; send the rest of a message without long pauses',
  },
  'partial-messages-full': {
    closeCode: CloseCode.TRY_AGAIN_LATER,
    section: 'RFC 6455 §10.4',
    message: 'this end holds too many unfinished messages at once; try again later',
  },
  'text-not-utf8': {
    closeCode: CloseCode.INVALID_PAYLOAD,
    section: 'RFC 6455 §8.1',
    message: 'a text message is not valid UTF-8; send other data as binary',
  },
  'ping-flood': {
    closeCode: CloseCode.POLICY_VIOLATION,
    section: 'RFC 6455 §10.4',
    message: 'too many pings in a short time; a few a minute keep a connection alive',
  },
};

/** The violation of one rule of this floor. */
export function messageViolation(code: MessageRuleCode): ProtocolViolation {
  return new ProtocolViolation(code, MESSAGE_RULES[code]);
}
