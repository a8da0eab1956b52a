/** One row of the error table: what is answered, by which rule, and how the other side can do better. */
export interface HandshakeErrorRow {
  /** HTTP status to answer with; 0 where a client fails and nothing is answered. */
  readonly status: number;
  /** The rule that was broken, as `RFC 6455 §4.1`. */
  readonly section: string;
  /** What was wrong and what to do. Never contains input. */
  readonly message: string;
  /** Fields that the answer must carry. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** @internal One frozen row. */
export function errorRow(
  status: number,
  section: string,
  message: string,
  headers: HandshakeErrorRow['headers'] = [],
): HandshakeErrorRow {
  return Object.freeze({ status, section, message, headers });
}
