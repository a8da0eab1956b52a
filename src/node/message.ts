import { types } from 'node:util';
import { PreparedMessage, refuseUnknown } from '../protocol/index.ts';
import { nodeText } from './text.ts';

/** A message as it arrives: text as a string, binary as bytes of the receiver's own. */
export type Message = string | Uint8Array;

/** What can be sent: text, bytes in any shape, or a message that was encoded beforehand. */
export type Sendable = string | ArrayBufferLike | ArrayBufferView | PreparedMessage;

/** How one message is sent. */
export interface SendOptions {
  /**
   * With permessage-deflate, true compresses a message below the threshold, too; false sends it as it is, as for secrets
   * beside text of others. Without, it means nothing.
   */
  readonly compress?: boolean;
}

/**
 * The choice of compression in the options of one message.
 *
 * @throws TypeError for an option that does not exist, or a value that is no boolean
 */
export function compressOf(options: SendOptions): boolean | undefined {
  refuseUnknown('send', options, ['compress']);
  const { compress } = options;
  if (compress !== undefined && typeof compress !== 'boolean') throw new TypeError('compress must be true or false');
  return compress;
}

/**
 * Encodes a message once, to be sent to many connections.
 *
 * @param data text, or bytes, which are copied
 */
export function prepareMessage(data: string | ArrayBufferLike | ArrayBufferView): PreparedMessage {
  return new PreparedMessage(toBytes(data), nodeText);
}

/**
 * `data` as the protocol takes it. Bytes are a view of what was given.
 *
 * @throws TypeError for anything that is no message, or bytes whose buffer was transferred elsewhere
 */
export function toSendable(data: Sendable): string | Uint8Array | PreparedMessage {
  return data instanceof PreparedMessage ? data : toBytes(data);
}

/**
 * Text, or bytes as a view of what was given.
 *
 * @throws TypeError for anything else, or bytes whose buffer was transferred elsewhere
 */
export function toBytes(data: string | ArrayBufferLike | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  // Only an empty view is asked for its buffer: those of up to 64 bytes have none until then, and to make one costs 0.5 µs.
  if (data instanceof Uint8Array && data.length > 0) return data;
  if (ArrayBuffer.isView(data)) {
    if (data.byteLength === 0 && isDetached(data.buffer))
      throw new TypeError('data: its buffer was transferred elsewhere; send a copy');
    return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (types.isAnyArrayBuffer(data)) {
    if (isDetached(data)) throw new TypeError('data: this buffer was transferred elsewhere; send a copy');
    return new Uint8Array(data);
  }
  throw new TypeError('data: must be a string, an ArrayBuffer, a view of one, or a prepared message');
}

function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0 || !(buffer instanceof ArrayBuffer)) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
