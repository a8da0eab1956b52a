/** How much head a peer may send. `Infinity` is the only way to say "no limit". */
export interface HeadLimits {
  /** Bytes of the start line, its CR LF not counted. Over it: 414. */
  readonly requestLineBytes: number;
  /** Bytes of the whole head, blank lines before it and its closing CR LF CR LF counted. Over it: 431. */
  readonly headBytes: number;
  /** Header fields. Over it: 431; none is ever dropped. */
  readonly headers: number;
}

/** The limits that hold unless told otherwise. Frozen. */
export const HEAD_LIMITS: HeadLimits = Object.freeze({ requestLineBytes: 8192, headBytes: 16384, headers: 100 });

/**
 * The given limits, completed from {@link HEAD_LIMITS}.
 * @throws TypeError for a name that is no limit; RangeError for a value that is neither a positive integer nor Infinity
 */
export function resolveHeadLimits(given: Partial<HeadLimits> = HEAD_LIMITS): HeadLimits {
  if (given === HEAD_LIMITS) return HEAD_LIMITS;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(HEAD_LIMITS, name)) throw new TypeError(`limits: ${name} is no limit of a head`);
    const valid = value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value > 0);
    if (!valid) throw new RangeError(`limits: ${name} must be a positive integer or Infinity`);
  }
  return { ...HEAD_LIMITS, ...given };
}
