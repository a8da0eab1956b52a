/**
 * A whole WebSocket connection without a socket: RFC 6455 §5.4 to §7, for both ends, in any runtime.
 *
 * Stability: names and shapes follow semantic versioning from 1.0.0 on.
 *
 * @module
 */
export { MemoryBudget } from './budget.ts';
export { encodeCloseRequest } from './close-request.ts';
export {
  CLOSING_TABLE,
  type CloseInfo,
  type ClosingAction,
  type ClosingEvent,
  type ClosingState,
  type ClosingStep,
} from './closing.ts';
export type { DecodingState } from './decoding.ts';
export type { EncodedMessage, Extension, ExtensionMessage } from './extension.ts';
export { KEEPALIVE, type KeepaliveOptions } from './keepalive.ts';
export { checkLimit, overlayLimits, PROTOCOL_LIMITS, type ProtocolLimits, resolveLimits } from './limits.ts';
export { type ProtocolHandler, type ProtocolOptions, type ProtocolSettings, resolveOptions } from './options.ts';
export type { Outbox } from './outbox.ts';
export { PreparedMessage } from './prepared.ts';
export { Protocol } from './protocol.ts';
export { refuseUnknown } from './refuse-unknown.ts';
export type { SendStatus, TransportGauge } from './sender.ts';
export { Slab } from './slab.ts';
export type { TextPort, TextValidator } from './text.ts';
export { MESSAGE_RULES, type MessageRuleCode } from './violations.ts';
