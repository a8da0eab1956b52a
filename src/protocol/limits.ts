/** What one connection may cost. Every figure may be set to `Infinity`, which is the only way to lift a limit. */
export interface ProtocolLimits {
  /** The longest message taken, in bytes after unmasking and decompression: above it 1009. */
  readonly maxMessageBytes: number;
  /** The most fragments in a message: above it 1008. */
  readonly maxFragments: number;
  /** How long a message may take to arrive, in milliseconds, and one second more for each 16 KiB of it: then 1008. */
  readonly assemblyMs: number;
  /** Above this many queued bytes `send` answers `'pressured'`; at half of it the queue counts as drained. */
  readonly highWaterBytes: number;
  /** With this many bytes queued already `send` answers `'dropped'`. At least `maxMessageBytes`. */
  readonly sendQueueBytes: number;
  /** How many pongs wait in the outbox; beyond them only the newest is kept (RFC 6455 §5.5.3). */
  readonly pendingPongs: number;
  /** The most pings within `pingWindowMs`: above it 1008. */
  readonly pingsPerWindow: number;
  readonly pingWindowMs: number;
  /** How long the peer has to finish the closing handshake, in milliseconds (RFC 6455 §7.1.1). */
  readonly closeTimeoutMs: number;
}

/** The limits of a connection that sets none. */
export const PROTOCOL_LIMITS: ProtocolLimits = Object.freeze({
  maxMessageBytes: 1024 * 1024,
  maxFragments: 1024,
  assemblyMs: 30_000,
  highWaterBytes: 1024 * 1024,
  sendQueueBytes: 4 * 1024 * 1024,
  pendingPongs: 16,
  pingsPerWindow: 1000,
  pingWindowMs: 10_000,
  closeTimeoutMs: 3_000,
});

/** {@link ProtocolLimits.assemblyMs} grows by one second for each of these. */
export const ASSEMBLY_BYTES_PER_SECOND: number = 16 * 1024;

/**
 * The defaults with `given` laid over them.
 *
 * @throws RangeError for a value that is neither a positive whole number nor `Infinity`
 */
export function resolveLimits(given: Partial<ProtocolLimits>): ProtocolLimits {
  const limits = overlayLimits(PROTOCOL_LIMITS, given);
  limits.sendQueueBytes = Math.max(limits.sendQueueBytes, limits.maxMessageBytes);
  limits.highWaterBytes = Math.min(limits.highWaterBytes, limits.sendQueueBytes);
  return limits;
}

/**
 * A copy of `defaults` with what `given` has for its names laid over it; `undefined` counts as not given.
 *
 * @param prefix goes before the name in an error
 * @throws RangeError for a value that is neither a positive whole number nor `Infinity`
 */
export function overlayLimits<Limits extends { readonly [Name in keyof Limits]: number }>(
  defaults: Limits,
  given: Partial<Limits>,
  prefix: string = '',
): { -readonly [Name in keyof Limits]: number } {
  const limits: { -readonly [Name in keyof Limits]: number } = { ...defaults };
  for (const name of Object.keys(defaults) as (string & keyof Limits)[]) {
    const value = given[name];
    if (value !== undefined) limits[name] = checkLimit(`${prefix}${name}`, value);
  }
  return limits;
}

/** `value`, when it is a positive whole number or `Infinity`; a `RangeError` that names the option otherwise. */
export function checkLimit(name: string, value: unknown): number {
  if (value === Infinity || (Number.isSafeInteger(value) && (value as number) > 0)) return value as number;
  throw new RangeError(`${name} must be a positive whole number, or Infinity for no limit, not ${String(value)}`);
}
