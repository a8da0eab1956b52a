/**
 * The closing of a connection as a table (RFC 6455 §5.5.1, §7.1). It does not know which end it is.
 *
 * - `open`: messages flow.
 * - `close-sent`: our close frame is out, theirs is awaited; data that still comes is discarded.
 * - `exchanged`: both close frames were sent; only the end of the transport is awaited.
 * - `failed`: the peer broke a rule and was told so; whatever it sends is discarded.
 * - `ended`: the transport is gone.
 */
export type ClosingState = 'open' | 'close-sent' | 'exchanged' | 'failed' | 'ended';

/** What moves a connection towards its end. */
export type ClosingEvent = 'close' | 'close-frame' | 'violation' | 'deadline' | 'transport-end';

/**
 * What to do on a move: `send` our close frame, `await` the peer for a bounded time, `end` our half of
 * the transport once the outbox is flushed, `end-first` the same where it is ours to do so first (the server's,
 * §7.1.1), `destroy` the transport, `report` the end to the handler.
 */
export type ClosingAction = 'send' | 'await' | 'end' | 'end-first' | 'destroy' | 'report';

/** One row: the state to go to and what to do on the way. */
export interface ClosingStep {
  readonly next: ClosingState;
  readonly actions: readonly ClosingAction[];
}

/** Every move there is. An event without an entry changes nothing in that state. */
export const CLOSING_TABLE: Readonly<Record<ClosingState, Readonly<Partial<Record<ClosingEvent, ClosingStep>>>>> = {
  open: {
    close: { next: 'close-sent', actions: ['send', 'await'] }, // @rfc 6455-7.1.2-1
    // @rfc 6455-5.5.1-4 6455-5.5.1-5 6455-5.5.1-6 6455-7.1.2-2
    'close-frame': { next: 'exchanged', actions: ['send', 'await', 'end-first'] },
    // @rfc 6455-7.1.7-1 6455-7.1.7-2 6455-7.1.7-3 6455-7.2.1-1 6455-7.2.2-1 6455-10.7-2
    violation: { next: 'failed', actions: ['send', 'await', 'end'] },
    'transport-end': { next: 'ended', actions: ['report'] }, // @rfc 6455-7.2.1-2
  },
  'close-sent': {
    'close-frame': { next: 'exchanged', actions: ['await', 'end-first'] }, // @rfc 6455-5.5.1-6 6455-7.1.2-2
    violation: { next: 'failed', actions: ['await', 'end'] },
    deadline: { next: 'ended', actions: ['destroy', 'report'] },
    'transport-end': { next: 'ended', actions: ['report'] },
  },
  exchanged: {
    deadline: { next: 'ended', actions: ['destroy', 'report'] }, // @rfc 6455-5.5.1-7
    'transport-end': { next: 'ended', actions: ['report'] },
  },
  failed: {
    deadline: { next: 'ended', actions: ['destroy', 'report'] },
    'transport-end': { next: 'ended', actions: ['report'] },
  },
  ended: {},
};

/** How a connection ended. */
export interface CloseInfo {
  /**
   * The code of the peer's close frame: 1005 when it had none; 1006 when the transport ended without a valid one; the code
   * that told the peer which rule it broke, when this end had to fail the connection (RFC 6455 §7.1.5).
   */
  readonly code: number;
  readonly reason: string;
  /** Both ends sent a close frame. */
  readonly clean: boolean;
  /** Which end began. */
  readonly by: 'local' | 'remote';
}
