import type { CloseInfo } from '../protocol/index.ts';
import type { TimeHistogram } from './time-histogram.ts';

/** How often connections ended one way. */
export interface CloseCount {
  /** As in `CloseInfo`: 1005 for a close frame without a code, 1006 for none at all. */
  readonly code: number;
  /** Which end began to close. */
  readonly by: CloseInfo['by'];
  readonly count: number;
}

/** What a server has counted since it was made. Its connections add to plain numbers here, and to nothing else. */
export class Tally {
  opened: number = 0;
  messagesIn: number = 0;
  messagesOut: number = 0;
  dropped: number = 0;
  bytesIn: number = 0;
  bytesOut: number = 0;
  /** Answers to handshakes by their HTTP status; 0 stands for clients that left before they got one. */
  readonly handshakes: Map<number, number> = new Map();
  readonly closes: Map<string, CloseCount> = new Map();
  /** Only with `measureHandlers`, because it reads the clock twice for each message. */
  readonly handlerTime: TimeHistogram | undefined;

  constructor(handlerTime?: TimeHistogram) {
    this.handlerTime = handlerTime;
  }

  answered(status: number): void {
    this.handshakes.set(status, (this.handshakes.get(status) ?? 0) + 1);
  }

  closed({ code, by }: CloseInfo): void {
    const key = `${code} ${by}`;
    this.closes.set(key, { code, by, count: (this.closes.get(key)?.count ?? 0) + 1 });
  }
}

/** What clients add to; nobody looks at it. */
export const UNREAD_TALLY: Tally = new Tally();
