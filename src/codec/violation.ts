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

/** Every rule of this floor that a peer can break, by its stable code. */
export const FRAME_RULES: Readonly<Record<FrameRuleCode, ViolationRule>> = {
  'reserved-bit': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.2',
    message: 'a reserved bit is set that no agreed extension gives a meaning to on this frame; send it as 0',
  },
  'reserved-opcode': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.2',
    message: 'the opcode is reserved and no agreed extension claims it; use 0, 1, 2, 8, 9 or 10',
  },
  'mask-missing': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.1',
    message: 'the frame is not masked; a client masks every frame',
  },
  'mask-unexpected': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.1',
    message: 'the frame is masked; a server never masks a frame',
  },
  'control-fragmented': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.5',
    message: 'a control frame came without its FIN bit; control frames are never fragmented',
  },
  'control-too-long': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.5',
    message: 'a control frame announces more than 125 bytes; shorten it',
  },
  'continuation-unexpected': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.4',
    message: 'a continuation frame came while no message was open; start a message with opcode 1 or 2',
  },
  'message-interleaved': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.4',
    message: 'a new message began inside an unfinished one; finish that first',
  },
  'length-not-minimal': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.2',
    message: 'the payload length takes more bytes than it needs; use the shortest form',
  },
  'length-top-bit': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.2',
    message: 'the top bit of the 64-bit payload length is set; it is always 0',
  },
  'close-payload-truncated': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §5.5.1',
    message: 'the close payload is one byte long; send none or a two-byte code first',
  },
  'close-code-invalid': {
    closeCode: PROTOCOL_ERROR,
    section: 'RFC 6455 §7.4',
    message: 'the close code may not stand in a close frame; use 1000–1003, 1007–1014 or 3000–4999',
  },
  'close-reason-not-utf8': {
    closeCode: INVALID_PAYLOAD,
    section: 'RFC 6455 §8.1',
    message: 'the close reason is not valid UTF-8',
  },
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
