/** A frame of the testee, unmasked. */
export interface ReceivedFrame {
  readonly fin: boolean;
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** The four bytes that it is masked with; undefined for one that is not. */
  readonly key: Uint8Array | undefined;
  /** Bytes of payload on the wire. */
  readonly length: number;
}

/** What comes from the testee, in order. */
export type Incoming =
  | {
      readonly kind: 'message';
      readonly opcode: number;
      /** Inflated where it came compressed. */
      readonly payload: Uint8Array;
      readonly compressed: boolean;
      /** The first ones of a message with very many. */
      readonly frames: readonly ReceivedFrame[];
    }
  | { readonly kind: 'ping' | 'pong'; readonly payload: Uint8Array }
  | {
      readonly kind: 'close';
      /** Undefined for a close frame without payload. */
      readonly code: number | undefined;
      readonly reason: string;
    }
  | {
      /** Against a rule that binds every sender, whatever the case is about. */
      readonly kind: 'violation';
      readonly section: string;
      readonly message: string;
    }
  | {
      /** TCP has ended: by a FIN, a reset or another error, or because the suite cut it. */
      readonly kind: 'end';
      readonly how: 'fin' | 'reset' | 'error';
      readonly message: string;
    };
