import type { ResponseHead } from '../handshake/index.ts';

/** The server answered the opening handshake, but not with 101: it redirects, asks for credentials, or refuses. */
export class UnexpectedResponseError extends Error {
  override readonly name: string = 'UnexpectedResponseError';
  /** What the server answered; its body is not read. */
  readonly response: ResponseHead;

  constructor(response: ResponseHead) {
    super(`the server answered with status ${response.status} instead of 101; check URL, credentials and origin`);
    this.response = response;
  }
}
