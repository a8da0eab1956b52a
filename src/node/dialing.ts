import { steadyNow } from './clock.ts';
import { Dial, type Dialed, type DialOptions } from './dial.ts';
import { isRedirect, isSameServer, redirectTarget, withoutCredentials, withoutIdentity } from './redirect.ts';
import { UnexpectedResponseError } from './unexpected-response.ts';
import type { WebSocketTarget } from './websocket-url.ts';

/** How a client opens a connection, and how far it lets itself be sent. */
export interface DialingOptions extends DialOptions {
  /** How many redirects are followed in all. */
  readonly followRedirects: number;
}

/**
 * The way to an open connection: one {@link Dial}, and another for each redirect that is followed (RFC 6455 §4.1). The
 * deadline is one for all of them.
 */
export class Dialing {
  readonly #settle: (outcome: Dialed | Error) => void;
  #target: WebSocketTarget;
  #options: DialingOptions;
  #dial: Dial;
  #deadline = Infinity;

  /**
   * @param settle is called once, with the open socket or with why there is none
   * @throws TypeError for an option that cannot stand in a request
   */
  constructor(target: WebSocketTarget, options: DialingOptions, settle: (outcome: Dialed | Error) => void) {
    this.#target = target;
    this.#options = options;
    this.#settle = settle;
    this.#dial = this.#createDial();
  }

  /** Starts. */
  connect(): void {
    this.#deadline = steadyNow() + this.#options.timeoutMs;
    this.#dial.connect();
  }

  /** Gives up. */
  abort(reason: Error): void {
    this.#dial.abort(reason);
  }

  #createDial(): Dial {
    return new Dial(this.#target, this.#options, (outcome) => this.#dialed(outcome));
  }

  #dialed(outcome: Dialed | Error): void {
    if (!this.#follows(outcome)) {
      this.#settle(outcome);
      return;
    }
    try {
      this.#redirect(outcome);
    } catch (error) {
      this.#settle(error as Error);
    }
  }

  #follows(outcome: Dialed | Error): outcome is UnexpectedResponseError {
    const { followRedirects } = this.#options;
    return followRedirects > 0 && outcome instanceof UnexpectedResponseError && isRedirect(outcome.response);
  }

  #redirect({ response }: UnexpectedResponseError): void {
    const target = redirectTarget(this.#target, response);
    const { headers, tls, followRedirects } = this.#options;
    const same = isSameServer(this.#target, target);
    this.#target = target;
    this.#options = {
      ...this.#options,
      headers: same ? headers : withoutCredentials(headers),
      tls: same ? tls : withoutIdentity(tls),
      timeoutMs: Math.max(1, this.#deadline - steadyNow()),
      followRedirects: followRedirects - 1,
    };
    this.#dial = this.#createDial();
    this.#dial.connect();
  }
}
