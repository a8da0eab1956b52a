import type { MemoryBudget } from './budget.ts';
import type { CloseInfo } from './closing.ts';
import type { Extension } from './extension.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import { PROTOCOL_LIMITS, type ProtocolLimits } from './limits.ts';
import type { Receiver, ReceiverOptions } from './receiver.ts';
import type { SenderOptions, TransportGauge } from './sender.ts';
import { Slab } from './slab.ts';
import type { TextPort } from './text.ts';

/** Who learns what a `Protocol` finds. Its methods must not throw. */
export interface ProtocolHandler {
  /** One whole message. Returning true stops `receive` behind it. */
  message(data: string | Uint8Array): boolean;
  /**
   * Instead of `message`, when it is there: a piece of a message as it arrives, TEXT or BINARY by `opcode`, `last` with
   * its end. Text is checked UTF-8 and may be cut anywhere. Returning true stops `receive` behind it.
   */
  part?(data: Uint8Array, opcode: number, last: boolean): boolean;
  /** The peer answered a ping, or sent a pong unasked. `payload` is the handler's own. */
  pong(payload: Uint8Array): void;
  /**
   * Work that an extension does elsewhere is done, only with extensions that give promises: `receive` may take bytes again,
   * and is to be called even with none, and the outbox may hold something.
   */
  continue?(): void;
  /** The connection has ended. Called exactly once, and nothing after it. */
  ended(info: CloseInfo): void;
}

/** How a `Protocol` is set up. */
export interface ProtocolOptions {
  readonly role: 'server' | 'client';
  readonly handler: ProtocolHandler;
  readonly text: TextPort;
  /** The time now, in milliseconds of any steady clock; the same clock as in every later call. */
  readonly now: number;
  /** For a client: a fresh random 32-bit integer for each frame, from a strong source (RFC 6455 §5.3, §10.3). */
  readonly nextMaskKey?: (() => number) | undefined;
  readonly limits?: ProtocolLimits;
  /** Default: no keepalive. */
  readonly keepalive?: KeepaliveOptions | undefined;
  /** Counts what the transport holds towards the send queue. Default: it holds nothing. */
  readonly transport?: TransportGauge;
  /** Shared by connections that together may hold only so many bytes of unfinished messages. */
  readonly partialMessages?: MemoryBudget | undefined;
  /** Shared by connections that are driven one after the other. Default: one for all that set none. */
  readonly slab?: Slab;
  /** How text messages arrive. Default `'string'`. */
  readonly textAs?: 'string' | 'bytes' | undefined;
  /** Binary messages may be views of the received chunk, valid until `message` returns. Default false: own copies. */
  readonly borrow?: boolean | undefined;
  /** Allows unmasking inside the received chunks. Default false. */
  readonly ownsInput?: boolean;
  /** The agreed extensions, in the order of the agreement; each for this connection alone. */
  readonly extensions?: readonly Extension[];
}

/** What protocols share that are set up alike, but each with a handler, a transport and extensions of its own. */
export interface ProtocolSettings extends ReceiverOptions, SenderOptions {
  readonly keepalive: KeepaliveOptions | undefined;
  readonly slab: Slab;
  /** Those that are in the middle of nothing, for whoever receives something next. */
  readonly receivers: Receiver[];
}

const SHARED_SLAB: Slab = new Slab();

/**
 * What protocols that are set up like this one may share: each is then given it as the second argument of its constructor.
 *
 * @throws TypeError when a client has no mask keys
 */
export function resolveOptions(options: ProtocolOptions): ProtocolSettings {
  const { role, text, nextMaskKey } = options;
  // @rfc 6455-5.1-1
  if (role === 'client' && nextMaskKey === undefined) {
    throw new TypeError('nextMaskKey is required for a client: it masks every frame (RFC 6455 §5.3)');
  }
  return {
    role,
    text,
    limits: options.limits ?? PROTOCOL_LIMITS,
    partialMessages: options.partialMessages,
    textAs: options.textAs,
    borrow: options.borrow,
    ownsInput: options.ownsInput,
    inParts: options.handler.part !== undefined,
    keepalive: options.keepalive,
    receivers: [],
    slab: options.slab ?? SHARED_SLAB,
    nextMaskKey: role === 'client' ? nextMaskKey : undefined, // @rfc 6455-5.1-3
  };
}
