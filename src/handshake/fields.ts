import { HandshakeError } from './errors.ts';

/** One header field. */
export type Field = readonly [name: string, value: string];

/** The header fields of a head, in the order they came. Names compare without regard to case, RFC 9110 §5.1. */
export interface HeaderFields {
  /** The value; several are joined by `', '` (RFC 9110 §5.3); undefined when there is no such field. */
  get(name: string): string | undefined;
  /** Each value on its own, in order; empty when there is no such field. */
  all(name: string): readonly string[];
  has(name: string): boolean;
  /** How many fields there are, repeated ones counted each time. */
  readonly size: number;
  /** Every field in order, names in lower case. */
  [Symbol.iterator](): Iterator<[name: string, value: string]>;
}

const NONE: readonly string[] = Object.freeze([]);

class ReceivedFields implements HeaderFields {
  // A Map, not an object: a field named __proto__ or constructor is a name like any other.
  readonly #values = new Map<string, string[]>();
  readonly #fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.#fields = fields.map(([name, value]) => [name.toLowerCase(), value]);
    for (const [name, value] of this.#fields) {
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]);
      else values.push(value);
    }
  }

  get size(): number {
    return this.#fields.length;
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.join(', ');
  }

  all(name: string): readonly string[] {
    return this.#values.get(name.toLowerCase()) ?? NONE;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  *[Symbol.iterator](): Iterator<[name: string, value: string]> {
    for (const [name, value] of this.#fields) yield [name, value];
  }
}

/** Header fields from pairs, which are taken as valid; the pairs are copied. */
export function headerFields(fields: readonly Field[]): HeaderFields {
  return new ReceivedFields(fields);
}

/** @throws HandshakeError `duplicate-field` when one of the named fields occurs more than once (RFC 6455 §11.3) */
export function requireSingle(fields: HeaderFields, names: readonly string[]): void {
  for (const name of names) if (fields.all(name).length > 1) throw new HandshakeError('duplicate-field');
}
