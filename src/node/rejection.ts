import { encodeErrorResponse, type Field } from '../handshake/index.ts';
import { fieldsOf, type HeadersGiven } from './header-fields.ts';

/** The answer of an `upgrade` hook that refuses; made by {@link reject}. */
export class Rejection {
  readonly status: number;
  readonly message: string;
  readonly headers: readonly Field[];

  /** @internal */
  constructor(status: number, message: string, headers: readonly Field[]) {
    this.status = status;
    this.message = message;
    this.headers = headers;
  }
}

/**
 * Refuses an upgrade: what an `upgrade` hook returns to answer with this status instead of 101.
 *
 * @param status 300 to 599
 * @param message the body, for people
 * @throws RangeError for another status, TypeError for a header that cannot stand in a response
 */
export function reject(status: number, message: string = 'refused', headers: HeadersGiven = []): Rejection {
  const fields = fieldsOf(headers);
  encodeErrorResponse({ status, message, headers: fields });
  return new Rejection(status, message, fields);
}
