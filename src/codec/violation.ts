/** What a rule of the wire looks like in a table of violations: the close code it ends in, its section, and a remedy. */
export interface ViolationRule {
  readonly closeCode: number;
  readonly section: string;
  readonly message: string;
}

const PROTOCOL_ERROR = 1002;
const INVALID_PAYLOAD = 1007;

/** The stable codes of {@link FRAME_RULES}. */
export type FrameRuleCode =
  | 'reserved-bit'
  | 'reserved-opcode'
  | 'mask-missing'
  | 'mask-unexpected'
  | 'control-fragmented'
  | 'control-too-long'
  | 'continuation-unexpected'
  | 'message-interleaved'
  | 'length-not-minimal'
  | 'length-top-bit'
  | 'close-payload-truncated'
  | 'close-code-invalid'
  | 'close-reason-not-utf8';

/** A row of a table of rules, each of a section of RFC 6455. */
export function violationRule(section: string, message: string, closeCode: number = PROTOCOL_ERROR): ViolationRule {
  return { closeCode, section: `RFC 6455 §${section}`, message };
}

/** Every rule of this floor that a peer can break, by its stable code. */
export const FRAME_RULES: Readonly<Record<FrameRuleCode, ViolationRule>> = {
  'reserved-bit': violationRule('5.2', 'no agreed extension uses this bit here; send it as 0'),
  'reserved-opcode': violationRule('5.2', 'no agreed extension uses this opcode; use 0, 1, 2, 8, 9 or 10'),
  'mask-missing': violationRule('5.1', 'the frame is not masked; a client masks every frame'),
  'mask-unexpected': violationRule('5.1', 'the frame is masked; a server masks no frame'),
  'control-fragmented': violationRule('5.5', 'a control frame is fragmented; send it whole'),
  'control-too-long': violationRule('5.5', 'a control frame has over 125 bytes; shorten it'),
  'continuation-unexpected': violationRule('5.4', 'a continuation continues no message; start one with opcode 1 or 2'),
  'message-interleaved': violationRule('5.4', 'a message began inside another; finish that first'),
  'length-not-minimal': violationRule('5.2', 'the length is not in its shortest form; use that'),
  'length-top-bit': violationRule('5.2', 'the top bit of the length is set; send it as 0'),
  'close-payload-truncated': violationRule('5.5.1', 'the close payload is one byte; a code takes two'),
  'close-code-invalid': violationRule('7.4', 'the close code cannot be sent; use 1000–1003, 1007–1014 or 3000–4999'),
  'close-reason-not-utf8': violationRule('8.1', 'the close reason must be valid UTF-8', INVALID_PAYLOAD),
};

/**
 * A mistake of the peer: the one kind of error that bytes from the wire can cause.
 *
 * `code` is stable and names the broken rule, `closeCode` is what to close the connection with (RFC 6455 §7.4.1),
 * `section` is where the rule stands, and `message` says what the peer should do instead.
 */
export class ProtocolViolation extends Error {
  readonly code: string;
  readonly closeCode: number;
  readonly section: string;

  constructor(code: string, rule: ViolationRule) {
    super(rule.message);
    this.name = 'ProtocolViolation';
    this.code = code;
    this.closeCode = rule.closeCode;
    this.section = rule.section;
  }
}

/** The violation of one rule of this floor. */
export function frameViolation(code: FrameRuleCode): ProtocolViolation {
  return new ProtocolViolation(code, FRAME_RULES[code]);
}
