/** A broken rule, where it was broken. */
export interface SpanViolation {
  /** Stable name of the rule, as in the tables of the codec, the protocol and the handshake. */
  readonly code: string;
  /** The section that states the rule. */
  readonly section: string;
  /** What the sender should do instead. */
  readonly message: string;
}

/** Some neighbouring bits with one meaning. */
export interface Span {
  /** Where it starts, in bits from the start of the inspected bytes. */
  readonly offset: number;
  /** How many bits it has; at least 1. */
  readonly bits: number;
  /** The name of the field: `FIN`, `masking key`, `request target`. */
  readonly field: string;
  /** What it says, printable: control characters are escaped. */
  readonly value: string;
  /** The section that defines the field, as `RFC 6455 §5.2`. */
  readonly section: string;
  /** What that means; may be empty. */
  readonly note: string;
  /** The rule that it breaks. */
  readonly violation: SpanViolation | undefined;
}

/** What a {@link SpanWriter} is told about a span; it knows the offset itself. */
export interface SpanText {
  readonly field: string;
  readonly value: string;
  readonly section: string;
  readonly note?: string;
  readonly violation?: SpanViolation | undefined;
}

/** Puts one span behind the other, so that they leave no gap and never overlap. */
export class SpanWriter {
  readonly spans: Span[] = [];
  #offset: number;

  /** @param offset of the first span, in bits */
  constructor(offset: number) {
    this.#offset = offset;
  }

  /** Adds a span of this many bits behind the last one; of no bits, nothing. */
  add(bits: number, text: SpanText): void {
    if (bits === 0) return;
    const { field, value, section, note = '', violation } = text;
    this.spans.push({ offset: this.#offset, bits, field, value, section, note, violation });
    this.#offset += bits;
  }
}

/** The violation as plain values, of any of the errors that stand for a peer's mistake. */
export function toSpanViolation(error: SpanViolation): SpanViolation {
  const { code, section, message } = error;
  return { code, section, message };
}
