import type { ReservedBits } from '../codec/index.ts';

/** A message on its way through an extension. */
export interface ExtensionMessage {
  /** TEXT or BINARY. */
  readonly opcode: number;
  /** Text is valid UTF-8 before `encode`, and is checked after `decode`. Not to be changed in place. */
  readonly payload: Uint8Array;
  /** What the sender asks of extensions that compress: to do it, or not to; `undefined` leaves it to them. */
  readonly compress?: boolean | undefined;
}

/** A message as extensions have transformed it. */
export interface EncodedMessage {
  readonly payload: Uint8Array;
  /** The reserved bits of its first frame, as a number from 0 to 7. */
  readonly rsv: number;
}

/**
 * An extension that both ends agreed on (RFC 6455 §9): it may use reserved bits and opcodes that no other agreed one
 * uses, transform whole messages, and exchange frames of its own.
 *
 * Extensions see outgoing messages in the order of the agreement and incoming ones in the reverse order.
 */
export interface Extension {
  /** The registered name, for errors. */
  readonly name: string;
  /** The reserved bits that it sets, by kind of frame. Default: none. */
  readonly reservedBits?: ReservedBits;
  /** The reserved opcodes that it sends: 3 to 7 and 11 to 15. Default: none. */
  readonly opcodes?: readonly number[];
  /**
   * Says that what {@link encode} gives depends on the message alone, the same in all extensions with this key, so that
   * a message for many connections is encoded once. Default: it depends on what went before, too.
   */
  readonly shareKey?: string | undefined;
  /**
   * Transforms an outgoing message and says which of its bits to set on the first frame; `undefined` leaves it alone.
   *
   * A promise, which must not reject, says that the work is done elsewhere. Until it has settled no other message is
   * encoded, and nothing but control frames overtakes this one.
   */
  encode?(message: ExtensionMessage): EncodedMessage | undefined | Promise<EncodedMessage | undefined>;
  /**
   * Undoes {@link encode} for a message whose first frame has one of its bits. By a promise, when the work is done
   * elsewhere: until it has settled nothing more is received.
   *
   * @param maxBytes the longest result that this end takes; the work is to stop there
   * @throws ProtocolViolation when the peer's data is wrong or too long
   */
  decode?(message: ExtensionMessage, maxBytes: number): Uint8Array | Promise<Uint8Array>;
  /** Takes a frame with one of its opcodes; 11 to 15 are control frames. Throws ProtocolViolation when it is wrong. */
  frame?(opcode: number, payload: Uint8Array): void;
  /** The connection has ended. */
  close?(): void;
}

const NO_BITS: ReservedBits = { start: 0, continuation: 0, control: 0 };

/** The agreed extensions of one connection, in the order of the agreement. */
export class ExtensionChain {
  readonly #extensions: readonly Extension[];
  readonly reservedBits: ReservedBits;
  /** Bit n for opcode n. */
  readonly opcodes: number;
  /** The same for chains that encode any message in the same way; `undefined` when one looks at what went before. */
  readonly shareKey: string | undefined;

  /** @throws TypeError when two claim the same bit or opcode, or one claims an opcode that is not reserved */
  constructor(extensions: readonly Extension[]) {
    this.#extensions = extensions;
    const bits = { ...NO_BITS };
    let opcodes = 0;
    for (const { name, reservedBits = NO_BITS, opcodes: claimed = [] } of extensions) {
      for (const kind of ['start', 'continuation', 'control'] as const) {
        if ((bits[kind] & reservedBits[kind]) !== 0)
          throw new TypeError(`${name} claims a reserved bit already claimed`);
        bits[kind] |= reservedBits[kind];
      }
      for (const opcode of claimed) {
        if (!isReserved(opcode)) throw new TypeError(`${name} claims opcode ${opcode}, which is not reserved`);
        if (((opcodes >> opcode) & 1) === 1) throw new TypeError(`${name} claims opcode ${opcode}, already claimed`);
        opcodes |= 1 << opcode;
      }
    }
    this.reservedBits = bits;
    this.opcodes = opcodes;
    const encoders = extensions.filter(({ encode }) => encode !== undefined);
    const keys = encoders.map(({ shareKey }) => shareKey);
    this.shareKey = keys.includes(undefined) ? undefined : keys.join('\n');
  }

  /** True for an opcode that one of them sends. */
  claims(opcode: number): boolean {
    return isReserved(opcode) && ((this.opcodes >> opcode) & 1) === 1;
  }

  /** The message after every extension, with the bits for its first frame. */
  encode(message: ExtensionMessage): EncodedMessage | Promise<EncodedMessage> {
    return this.#encodeFrom(0, message, { payload: message.payload, rsv: 0 });
  }

  /**
   * The message as it was before the peer's extensions.
   *
   * @throws ProtocolViolation as {@link Extension.decode} does
   */
  decode(message: ExtensionMessage, rsv: number, maxBytes: number): Uint8Array | Promise<Uint8Array> {
    return this.#decodeFrom(this.#extensions.length - 1, message, rsv, maxBytes);
  }

  #encodeFrom(
    first: number,
    { opcode, compress }: ExtensionMessage,
    before: EncodedMessage,
  ): EncodedMessage | Promise<EncodedMessage> {
    let so = before;
    for (let i = first; i < this.#extensions.length; i++) {
      const { payload } = so;
      const encoded = this.#extensions[i]?.encode?.({ opcode, payload, compress });
      if (encoded instanceof Promise) {
        const rest = { opcode, payload, compress };
        return encoded.then((result) => this.#encodeFrom(i + 1, rest, joined(so, result)));
      }
      so = joined(so, encoded);
    }
    return so;
  }

  #decodeFrom(
    last: number,
    message: ExtensionMessage,
    rsv: number,
    maxBytes: number,
  ): Uint8Array | Promise<Uint8Array> {
    const { opcode } = message;
    let { payload } = message;
    for (let i = last; i >= 0; i--) {
      const extension = this.#extensions[i]!;
      const uses = (rsv & (extension.reservedBits?.start ?? 0)) !== 0;
      if (!uses || extension.decode === undefined) continue;
      const decoded = extension.decode({ opcode, payload }, maxBytes);
      if (decoded instanceof Promise) {
        return decoded.then((result) => this.#decodeFrom(i - 1, { opcode, payload: result }, rsv, maxBytes));
      }
      payload = decoded;
    }
    return payload;
  }

  /** Hands a frame to the extension that claims its opcode. */
  frame(opcode: number, payload: Uint8Array): void {
    this.#extensions.find(({ opcodes }) => opcodes?.includes(opcode))?.frame?.(opcode, payload);
  }

  close(): void {
    for (const extension of this.#extensions) extension.close?.();
  }
}

function isReserved(opcode: number): boolean {
  return (opcode >= 3 && opcode <= 7) || (opcode >= 11 && opcode <= 15);
}

function joined(before: EncodedMessage, encoded: EncodedMessage | undefined): EncodedMessage {
  return encoded === undefined ? before : { payload: encoded.payload, rsv: before.rsv | encoded.rsv };
}
