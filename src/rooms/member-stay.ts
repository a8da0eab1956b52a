import type { JoinRequest } from './room-events.ts';

/**
 * How far a member has come in a room: `entering` until it is told that it is in, `catching-up` while it reads what it missed,
 * `ahead` when it has read more than this node has delivered, `live` from then on.
 */
export type StayPhase = 'entering' | 'catching-up' | 'ahead' | 'live';

/** One member's stay in one room of this node. */
export class MemberStay {
  readonly request: JoinRequest;
  phase: StayPhase = 'entering';
  /** Whether the rules have let it in. */
  admitted = false;
  /** The last `seq` that it has, while it is not live. */
  reached = 0;
  /** What it waits for before it reads on: its connection to drain, or the broker. */
  pause: 'none' | 'drain' | 'broker' = 'none';
  /** Grows when what it was reading for is settled otherwise: then the answer is not for it any more. */
  turn = 0;

  constructor(request: JoinRequest) {
    this.request = request;
  }

  /** Whether others see it in the room. */
  get attends(): boolean {
    return this.admitted && this.request.presence !== false;
  }
}
