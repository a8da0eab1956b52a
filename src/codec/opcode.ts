/** The opcodes that RFC 6455 §5.2 defines; 3–7 and 11–15 are reserved for extensions. */
export const Opcode = {
  CONTINUATION: 0x0,
  TEXT: 0x1,
  BINARY: 0x2,
  CLOSE: 0x8,
  PING: 0x9,
  PONG: 0xa,
} as const;

/** One of the six defined opcodes. */
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** True for opcodes 8 to 15: control frames, which may stand between the fragments of a message (RFC 6455 §5.5). */
export function isControlOpcode(opcode: number): boolean {
  return opcode >= 0x8;
}

/** True for the ten opcodes without a meaning of their own (RFC 6455 §5.2). */
export function isReservedOpcode(opcode: number): boolean {
  return (opcode > 0x2 && opcode < 0x8) || opcode > 0xa;
}
