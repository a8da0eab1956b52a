import type { WebSocketEventMap } from './websocket-events.ts';

/** What a `ReconnectingWebSocket` does about a loss: `retry` when it begins to wait, `attempt` when it connects. */
export class ReconnectEvent extends Event {
  /** Connections lost and attempts failed in a row; 0 with the very first attempt. */
  readonly losses: number;
  /** How long it waits from here, in milliseconds; 0 with an `attempt`. */
  readonly delayMs: number;

  constructor(type: 'retry' | 'attempt', losses: number, delayMs: number) {
    super(type);
    this.losses = losses;
    this.delayMs = delayMs;
  }
}

/** The events of a `ReconnectingWebSocket`, by their type. */
export interface ReconnectEventMap extends WebSocketEventMap {
  readonly retry: ReconnectEvent;
  readonly attempt: ReconnectEvent;
}

/** Is called with one of the {@link ReconnectEventMap events}. */
export type ReconnectListener<Target, Type extends keyof ReconnectEventMap> =
  | ((this: Target, event: ReconnectEventMap[Type]) => unknown)
  | { handleEvent(event: ReconnectEventMap[Type]): unknown };
