import type { HandshakeErrorRow } from './error-row.ts';
import { REQUEST_ERRORS, type RequestErrorCode } from './request-errors.ts';
import { RESPONSE_ERRORS, type ResponseErrorCode } from './response-errors.ts';
import { SERVICE_ERRORS, type ServiceErrorCode } from './service-errors.ts';
import { WHOLE_HEAD_ERRORS, type WholeHeadErrorCode } from './whole-head.ts';

/** The stable codes of everything that can go wrong with an opening handshake. */
export type HandshakeErrorCode = RequestErrorCode | WholeHeadErrorCode | ServiceErrorCode | ResponseErrorCode;

/** Every handshake error: its status, the section it rests on, and a sentence with the remedy. Frozen. */
export const HANDSHAKE_ERRORS: Readonly<Record<HandshakeErrorCode, HandshakeErrorRow>> = Object.freeze({
  ...REQUEST_ERRORS,
  ...WHOLE_HEAD_ERRORS,
  ...SERVICE_ERRORS,
  ...RESPONSE_ERRORS,
});
