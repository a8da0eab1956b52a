/**
 * Frames as bytes and bytes as frames: RFC 6455 §5, §7.4 and §8.1, on `Uint8Array` alone, in any runtime.
 *
 * Stability: names and shapes follow semantic versioning from 1.0.0 on.
 *
 * @module
 */
export {
  CloseCode,
  type ClosePayload,
  decodeClosePayload,
  encodeClosePayload,
  isValidCloseCode,
} from './close.ts';
export { FrameDecoder, type FrameDecoderOptions, type FrameSink } from './decoder.ts';
export { encodeFrame, type FrameOptions } from './encode.ts';
export { decodeHeader, encodeHeaderInto, type FrameHeader, type HeaderFields, headerSize } from './header.ts';
export { applyMask } from './mask.ts';
export { Opcode } from './opcode.ts';
export { checkHeader, type HeaderRules, type ReservedBits } from './rules.ts';
export { truncateUtf8, Utf8Validator } from './utf8.ts';
export { ProtocolViolation, type ViolationRule } from './violation.ts';

// For the floors above alone: absent from the published types, and free to change.

/** @internal */
export { copyBytes, copyInto } from './bytes.ts';
/** @internal */
export { MAX_CLOSE_REASON_BYTES } from './close.ts';
/** @internal */
export { writeHeader } from './header.ts';
/** @internal */
export { isControlOpcode } from './opcode.ts';
/** @internal */
export { violationRule } from './violation.ts';
