/** How a connection ended, as browsers tell it. */
export interface CloseEventInit {
  readonly wasClean?: boolean;
  readonly code?: number;
  readonly reason?: string;
}

/** The last event of a `WebSocket` (WHATWG WebSockets §7). Node 20 and 22 have none of their own. */
export class CloseEvent extends Event {
  readonly wasClean: boolean;
  readonly code: number;
  readonly reason: string;

  constructor(type: string, { wasClean = false, code = 0, reason = '' }: CloseEventInit = {}) {
    super(type);
    this.wasClean = wasClean;
    this.code = code;
    this.reason = reason;
  }
}

/** What a `WebSocket` dispatches when it fails: browsers keep the reason to themselves, this one does not. */
export class WebSocketErrorEvent extends Event {
  readonly error: Error;
  readonly message: string;

  constructor(error: Error) {
    super('error');
    this.error = error;
    this.message = describe(error);
  }
}

// A host name with several addresses fails with one error for each, and no message for all.
function describe(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  return error.errors.map(({ message }: Error) => message).join('; ');
}
