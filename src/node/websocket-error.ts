import { checkCloseArguments } from './close-arguments.ts';

/** What a {@link WebSocketError} tells about the end of the connection. */
export interface WebSocketErrorInit {
  readonly closeCode?: number;
  readonly reason?: string;
}

/**
 * Makes an error for an end that happened, whatever its code, or with null for none; the constructor takes only codes that
 * may be sent.
 */
export let webSocketErrorOf: (
  message: string,
  closeCode: number | null,
  reason: string,
  cause?: unknown,
) => WebSocketError;

/**
 * Why the streams of a connection failed (WHATWG WebSockets, `WebSocketError`): it ended uncleanly. Given to `cancel` or
 * `abort`, it says with which code and reason to close.
 */
export class WebSocketError extends DOMException {
  #closeCode: number | null;
  #reason: string;

  /**
   * @throws DOMException `InvalidAccessError` for a code but 1000 and 3000 to 4999, `SyntaxError` for a reason over 123
   *   bytes of UTF-8
   */
  constructor(message: string = '', { closeCode, reason = '' }: WebSocketErrorInit = {}) {
    super(message, 'WebSocketError');
    const checked = checkCloseArguments(closeCode, reason);
    this.#closeCode = checked.code ?? null;
    this.#reason = checked.reason;
  }

  static {
    webSocketErrorOf = (message, closeCode, reason, cause) => {
      const error = new WebSocketError(message);
      error.#closeCode = closeCode;
      error.#reason = reason;
      if (cause !== undefined) Object.defineProperty(error, 'cause', { value: cause, configurable: true });
      return error;
    };
  }

  /** The code of the end; null when there was no connection, or none was given. */
  get closeCode(): number | null {
    return this.#closeCode;
  }

  get reason(): string {
    return this.#reason;
  }
}
