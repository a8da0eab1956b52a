import type { HandshakeErrorRow } from './error-row.ts';
import type { HandshakeErrorCode } from './error-table.ts';
import { REQUEST_ERRORS, type RequestErrorCode } from './request-errors.ts';

/** A peer's mistake in the opening handshake. It carries all that the answer needs, and nothing that the peer sent. */
export class HandshakeError extends Error {
  override readonly name: string = 'HandshakeError';
  /** Stable name of the mistake, a key of {@link HANDSHAKE_ERRORS}. */
  readonly code: HandshakeErrorCode;
  /** HTTP status to answer with; 0 where a client fails and nothing is answered. */
  readonly status: number;
  /** Fields that the answer must carry. The array belongs to the caller. */
  readonly headers: [name: string, value: string][];
  /** The rule that was broken, as `RFC 6455 §4.1`. */
  readonly section: string;

  /** @param headers fields for the answer, beyond those of the table */
  constructor(code: RequestErrorCode, headers?: HandshakeErrorRow['headers']);
  /** @internal For the codes of the other tables, which not everybody loads. */
  constructor(code: HandshakeErrorCode, headers: HandshakeErrorRow['headers'], row: HandshakeErrorRow);
  constructor(
    code: HandshakeErrorCode,
    headers: HandshakeErrorRow['headers'] = [],
    row: HandshakeErrorRow = REQUEST_ERRORS[code as RequestErrorCode],
  ) {
    super(row.message);
    this.code = code;
    this.status = row.status;
    this.section = row.section;
    this.headers = [...row.headers, ...headers].map(([name, value]) => [name, value]);
  }
}
