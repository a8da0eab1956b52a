import type { FrameHeader } from './header.ts';
import { isControlOpcode, isReservedOpcode, Opcode } from './opcode.ts';
import { type FrameRuleCode, frameViolation, type ProtocolViolation } from './violation.ts';

/** Which reserved bits may be set on which kind of frame, each as a number from 0 to 7. RFC 6455 §5.2, RFC 7692 §6. */
export interface ReservedBits {
  /** On the first, or only, frame of a message. */
  readonly start: number;
  readonly continuation: number;
  readonly control: number;
}

/** What {@link checkHeader} must know beside the header itself. */
export interface HeaderRules {
  /** The end that receives: a server demands masked frames, a client unmasked ones. */
  readonly role: 'server' | 'client';
  /** A message has begun and its last frame has not come. */
  readonly fragmented: boolean;
  /** Bits that agreed extensions use. Default: none. */
  readonly reservedBits?: ReservedBits | undefined;
  /** Reserved opcodes that agreed extensions use, bit n for opcode n. Default 0. */
  readonly extensionOpcodes?: number | undefined;
}

/**
 * The rule that this header breaks, or `undefined` when it is legal: every rule of RFC 6455 §5.1, §5.2, §5.4 and §5.5 that
 * a header alone can break, and no other. Pure. A header whose length is still unknown (-1) is judged by the rest.
 * @rfc 6455-10.7-1
 */
export function checkHeader(header: FrameHeader, rules: HeaderRules): ProtocolViolation | undefined {
  const code = brokenRule(header, rules);
  return code && frameViolation(code);
}

function brokenRule(header: FrameHeader, rules: HeaderRules): FrameRuleCode | undefined {
  const { opcode } = header;
  // @rfc 6455-5.2-3
  if (isReservedOpcode(opcode) && (((rules.extensionOpcodes ?? 0) >> opcode) & 1) === 0) return 'reserved-opcode';
  // @rfc 6455-5.2-2 7692-6.1-4
  if (header.rsv !== 0 && (header.rsv & ~allowedBits(opcode, rules.reservedBits)) !== 0) return 'reserved-bit';
  // @rfc 6455-5.1-2 6455-5.1-4
  if (header.masked !== (rules.role === 'server')) return header.masked ? 'mask-unexpected' : 'mask-missing';
  if (isControlOpcode(opcode)) {
    if (!header.fin) return 'control-fragmented'; // @rfc 6455-5.4-1 6455-5.5-1
    if (header.lengthBits !== 7) return 'control-too-long'; // @rfc 6455-5.5-1
  } else if (opcode === Opcode.CONTINUATION) {
    if (!rules.fragmented) return 'continuation-unexpected'; // @rfc 6455-5.4-10
  } else if (rules.fragmented) {
    return 'message-interleaved'; // @rfc 6455-5.4-3
  }
  return brokenLengthRule(header);
}

function allowedBits(opcode: number, reservedBits: ReservedBits | undefined): number {
  if (reservedBits === undefined) return 0;
  if (isControlOpcode(opcode)) return reservedBits.control;
  return opcode === Opcode.CONTINUATION ? reservedBits.continuation : reservedBits.start;
}

function brokenLengthRule({ length, lengthBits }: FrameHeader): FrameRuleCode | undefined {
  if (lengthBits === 7 || length === -1) return undefined;
  if (length >= 2 ** 63) return 'length-top-bit'; // @rfc 6455-5.2-4
  return length < (lengthBits === 16 ? 126 : 0x1_0000) ? 'length-not-minimal' : undefined; // @rfc 6455-5.2-5
}
