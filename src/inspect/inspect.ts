import type { SentOffer } from '../handshake/index.ts';
import { findHeader } from './frame-header.ts';
import { FrameInspector } from './frames.ts';
import { inspectRequest, inspectResponse } from './heads.ts';
import { type InspectedPart, unreadPart, violationOf } from './part.ts';
import type { SpanViolation } from './span.ts';

/** What is known of the bytes to inspect. */
export interface InspectOptions {
  /** The end that receives them. `auto`, the default, takes it from the head or from the mask bit of the first frame. */
  readonly role?: 'server' | 'client' | 'auto';
  /** What they begin with. `auto`, the default, looks whether they begin like HTTP. */
  readonly start?: 'head' | 'frame' | 'auto';
  /** Whether permessage-deflate was agreed. Without it, a head that names the extension decides. */
  readonly deflate?: boolean | undefined;
  /** What the request said, so that a response can be judged by all rules. */
  readonly offer?: SentOffer | undefined;
}

/** All that {@link inspect} found. */
export interface Inspection {
  /** The end that receives. */
  readonly role: 'server' | 'client';
  readonly parts: readonly InspectedPart[];
  /** The first broken rule. */
  readonly violation: SpanViolation | undefined;
}

/**
 * Explains what one end sent, from the opening head or from the first frame on: every bit of `bytes` lies in exactly one
 * span. It judges by the rules of the codec, the protocol and the handshake, and changes no byte. Behind a broken rule, a
 * close frame or plain HTTP a receiver reads no frames, so the rest is one part that was not looked at.
 *
 * It holds several objects for each frame: for long input take {@link inspectParts}.
 */
export function inspect(bytes: Uint8Array, options: InspectOptions = {}): Inspection {
  const parts = [...inspectParts(bytes, options)];
  const violation = parts.map(violationOf).find((found) => found !== undefined);
  return { role: receiverOf(bytes, options), parts, violation };
}

/** The parts that {@link inspect} gives, one at a time. */
export function* inspectParts(
  bytes: Uint8Array,
  options: InspectOptions = {},
): Generator<InspectedPart, void, undefined> {
  const role = receiverOf(bytes, options);
  let at = 0;
  let deflate = options.deflate;
  if (bytes.length > 0 && startsWithHead(bytes, options)) {
    const head = role === 'server' ? inspectRequest(bytes) : inspectResponse(bytes, options.offer);
    yield head.part;
    at = head.part.bytes;
    deflate ??= head.deflate;
    if (!head.opens && at < bytes.length) {
      const note =
        violationOf(head.part) === undefined ? 'no WebSocket was opened' : 'nothing is read behind a broken rule';
      yield unreadPart(at, bytes.length - at, 'RFC 6455 §4', note);
      return;
    }
  }
  const frames = new FrameInspector({ role, deflate: deflate ?? false });
  while (at < bytes.length && frames.end === undefined) {
    const part = frames.inspect(bytes, at);
    yield part;
    at += part.bytes;
  }
  if (at < bytes.length) yield restBehind(frames.end, at, bytes.length - at);
}

function restBehind(end: 'violation' | 'close' | undefined, at: number, bytes: number): InspectedPart {
  return end === 'close'
    ? unreadPart(at, bytes, 'RFC 6455 §5.5.1', 'whatever follows a close frame is discarded')
    : unreadPart(at, bytes, 'RFC 6455 §7.1.7', 'a receiver ignores whatever follows a broken rule');
}

/** The end that receives: as told, or as the bytes look. */
function receiverOf(bytes: Uint8Array, options: InspectOptions): 'server' | 'client' {
  const { role = 'auto' } = options;
  if (role !== 'auto') return role;
  if (startsWithHead(bytes, options)) return startsLike(bytes, 'HTTP/') ? 'client' : 'server';
  return findHeader(bytes, 0)?.header.masked === true ? 'server' : 'client';
}

function startsWithHead(bytes: Uint8Array, { start = 'auto' }: InspectOptions): boolean {
  if (start !== 'auto') return start === 'head';
  return (
    startsLike(bytes, 'HTTP/') || METHODS.some((method) => startsLike(bytes, `${method} `)) || startsLike(bytes, '\r\n')
  );
}

// The methods of RFC 9110 §9. As a frame each of them would begin with a reserved bit and a broken rule.
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** Whether the bytes begin with this text, or are the beginning of it from its third letter on. */
function startsLike(bytes: Uint8Array, text: string): boolean {
  const length = Math.min(bytes.length, text.length);
  if (length < Math.min(3, text.length)) return false;
  for (let i = 0; i < length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}
