import { copyBytes, Opcode } from '../codec/index.ts';
import type { ExtensionMessage } from './extension.ts';
import { COPY_UP_TO } from './outbox.ts';
import type { PreparedMessage } from './prepared.ts';
import { encodeText, type TextPort } from './text.ts';

/** What can be sent as a message. */
export type MessageData = string | Uint8Array | PreparedMessage;

/** @throws TypeError for what is neither text nor bytes */
export function checkData(data: string | Uint8Array): void {
  if (typeof data === 'string' || data instanceof Uint8Array) return;
  throw new TypeError('data: must be a string, a Uint8Array or a PreparedMessage');
}

/** How many bytes of payload it is. */
export function lengthOf(data: MessageData, text: TextPort): number {
  if (typeof data === 'string') return text.byteLength(data);
  return data instanceof Uint8Array ? data.length : data.payload.length;
}

/** The same for later: bytes of a length that the outbox copies are copied. */
export function keepData<T extends MessageData>(data: T): T {
  if (!(data instanceof Uint8Array) || data.length > COPY_UP_TO) return data;
  return copyBytes(data, 0, data.length) as Uint8Array as T;
}

/** It as extensions take it; `opcode` says what bytes are. */
export function toExtensionMessage(data: MessageData, opcode: number, text: TextPort): ExtensionMessage {
  if (typeof data === 'string') return { opcode: Opcode.TEXT, payload: encodeText(text, data) };
  return data instanceof Uint8Array ? { opcode, payload: data } : data;
}
