import { encodeFrame, Opcode } from '../codec/index.ts';
import { encodeText, type TextPort } from './text.ts';

/**
 * A message encoded once, to be sent to many. RFC 6455 §5.2.
 *
 * Servers hand the very same frame to everyone. A client must mask each frame with a key of its own (§5.3) and so only
 * shares the payload.
 */
export class PreparedMessage {
  readonly opcode: number;
  /** The payload bytes. Not to be changed. */
  readonly payload: Uint8Array;
  /** The whole unmasked frame. Not to be changed. */
  readonly frame: Uint8Array;

  /** @param data text, or bytes, which are copied */
  constructor(data: string | Uint8Array, text: TextPort) {
    this.opcode = typeof data === 'string' ? Opcode.TEXT : Opcode.BINARY;
    const bytes = typeof data === 'string' ? encodeText(text, data) : data;
    this.frame = encodeFrame(this.opcode, bytes);
    this.payload = this.frame.subarray(this.frame.length - bytes.length);
  }
}
