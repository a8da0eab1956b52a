import { encodeFrame, Opcode } from '../codec/index.ts';
import type { ExtensionChain } from './extension.ts';
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
  #encoded: Map<string, EncodedFrame> | undefined;

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
  encodedBy(extensions: ExtensionChain, shareKey: string, compress: boolean | undefined): EncodedFrame {
    const key = `${shareKey}\n${compress}`;
    this.#encoded ??= new Map();
    let encoded = this.#encoded.get(key);
    if (encoded === undefined) {
      encoded = this.#encode(extensions, compress);
      this.#encoded.set(key, encoded);
    }
    return encoded;
  }

  #encode(extensions: ExtensionChain, compress: boolean | undefined): EncodedFrame {
    const { opcode } = this;
    const { payload, rsv } = extensions.encode({ opcode, payload: this.payload, compress });
    if (payload === this.payload && rsv === 0) return { frame: this.frame, payload, rsv };
    const frame = encodeFrame(opcode, payload, { rsv });
    return { frame, payload: frame.subarray(frame.length - payload.length), rsv };
  }
}
