import { encodeFrame, Opcode } from '../codec/index.ts';
import type { EncodedMessage, ExtensionChain } from './extension.ts';
import { encodeText, type TextPort } from './text.ts';

/** A message as one frame behind extensions. */
export interface EncodedFrame {
  /** Unmasked. */
  readonly frame: Uint8Array;
  /** What `frame` carries. */
  readonly payload: Uint8Array;
  readonly rsv: number;
}

/**
 * A message encoded once, to be sent to many. RFC 6455 §5.2.
 *
 * Servers hand the very same frame to everyone. A client must mask each frame with a key of its own (§5.3) and so only
 * shares the payload. With extensions it is encoded once for all connections on which they do the same.
 */
export class PreparedMessage {
  readonly opcode: number;
  /** The payload bytes. Not to be changed. */
  readonly payload: Uint8Array;
  /** The whole unmasked frame. Not to be changed. */
  readonly frame: Uint8Array;
  #encoded: Map<string, EncodedFrame | Promise<EncodedFrame>> | undefined;

  /** @param data text, or bytes, which are copied */
  constructor(data: string | Uint8Array, text: TextPort) {
    this.opcode = typeof data === 'string' ? Opcode.TEXT : Opcode.BINARY;
    const bytes = typeof data === 'string' ? encodeText(text, data) : data;
    this.frame = encodeFrame(this.opcode, bytes);
    this.payload = this.frame.subarray(this.frame.length - bytes.length);
  }

  /**
   * @internal The message behind `extensions`, kept for the next connection with the same.
   *
   * @param shareKey that of `extensions`
   */
  encodedBy(
    extensions: ExtensionChain,
    shareKey: string,
    compress: boolean | undefined,
  ): EncodedFrame | Promise<EncodedFrame> {
    const key = `${shareKey}\n${compress}`;
    this.#encoded ??= new Map();
    const encodings = this.#encoded;
    let encoded = encodings.get(key);
    if (encoded === undefined) {
      const { opcode, payload } = this;
      const message = extensions.encode({ opcode, payload, compress });
      if (message instanceof Promise) {
        encoded = message.then((result) => {
          const frame = this.#frameOf(result);
          encodings.set(key, frame);
          return frame;
        });
      } else {
        encoded = this.#frameOf(message);
      }
      encodings.set(key, encoded);
    }
    return encoded;
  }

  #frameOf({ payload, rsv }: EncodedMessage): EncodedFrame {
    if (payload === this.payload && rsv === 0) return { frame: this.frame, payload, rsv };
    const frame = encodeFrame(this.opcode, payload, { rsv });
    return { frame, payload: frame.subarray(frame.length - payload.length), rsv };
  }
}
