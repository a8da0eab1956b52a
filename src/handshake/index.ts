export { decodeBase64, encodeBase64 } from './base64.ts';
export { checkUpgradeResponse, type SentOffer } from './check-response.ts';
export {
  decideExtendedConnect,
  decideUpgrade,
  type UpgradeDecision,
  type UpgradeOffer,
  type UpgradePolicy,
} from './decide.ts';
export { checkDeflateResponse, type DeflateAgreement, negotiateDeflate, offerDeflate } from './deflate-offer.ts';
export type { HandshakeErrorRow } from './error-row.ts';
export { HANDSHAKE_ERRORS, type HandshakeErrorCode } from './error-table.ts';
export { HandshakeError } from './errors.ts';
export { type ExtensionOffer, formatExtensions, parseExtensions } from './extensions.ts';
export { type Field, type HeaderFields, headerFields } from './fields.ts';
export type { HeadOffsets } from './head-reader.ts';
export { acceptKey, createKey } from './key.ts';
export { HEAD_LIMITS, type HeadLimits } from './limits.ts';
export { type Origin, type OriginPolicy, parseOrigin } from './origin.ts';
export { encodeUpgradeRequest, type UpgradeRequestParts } from './request.ts';
export type { RequestErrorCode } from './request-errors.ts';
export { createRequestHead, parseRequestHead, type RequestHead, RequestHeadReader } from './request-head.ts';
export {
  type AcceptResponse,
  acceptHead,
  type ErrorResponse,
  encodeAcceptResponse,
  encodeErrorResponse,
} from './respond.ts';
export type { ResponseErrorCode } from './response-errors.ts';
export { parseResponseHead, type ResponseHead, ResponseHeadReader } from './response-head.ts';
export { type ServiceErrorCode, serviceError } from './service-errors.ts';
export { sha1 } from './sha1.ts';
export { parseTokenList } from './tokens.ts';
export type { WholeHeadErrorCode } from './whole-head.ts';
