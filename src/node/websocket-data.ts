import { types } from 'node:util';
import type { Message } from './message.ts';

/** What a `WebSocket` sends: text, bytes in any shape, or a Blob. */
export type WebSocketData = string | ArrayBufferLike | ArrayBufferView | Blob;

/** `data` itself when it can be sent; anything else becomes text, as Web IDL has it. */
export function toWebSocketData(data: unknown): WebSocketData {
  if (typeof data === 'string' || data instanceof Blob || ArrayBuffer.isView(data)) return data;
  return types.isAnyArrayBuffer(data) ? data : `${data}`;
}

/** How many bytes the message has; text as UTF-8. */
export function byteLengthOf(data: WebSocketData): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  return data instanceof Blob ? data.size : data.byteLength;
}

/** The same message, which stays as it is when the caller changes the bytes that it gave. */
export function copyOf(data: string | ArrayBufferLike | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  const view = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return new Uint8Array(view);
}

/** A message as `binaryType` asks for it. The bytes are the message's own and fill their buffer. */
export function shapeOf(data: Message, binaryType: 'blob' | 'arraybuffer'): string | Blob | ArrayBuffer {
  if (typeof data === 'string') return data;
  const bytes = data as Uint8Array<ArrayBuffer>;
  return binaryType === 'blob' ? new Blob([bytes]) : bytes.buffer;
}
