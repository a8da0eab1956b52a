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

// Names that nearly every handshake has, as they come and as they are kept: one string for all connections.
const USUAL: ReadonlyMap<string, string> = new Map(
  [
    'Accept-Encoding',
    'Accept-Language',
    'Cache-Control',
    'Connection',
    'Cookie',
    'Host',
    'Origin',
    'Pragma',
    'Sec-WebSocket-Extensions',
    'Sec-WebSocket-Key',
    'Sec-WebSocket-Protocol',
    'Sec-WebSocket-Version',
    'Upgrade',
    'User-Agent',
    'X-Forwarded-For',
  ].map((name) => [name, name.toLowerCase()]),
);

class ReceivedFields implements HeaderFields {
  // Names and values by turns. They are kept as long as a connection lives, and asked for hardly ever after its handshake: a
  // table of six fields would take 900 bytes instead of 150.
  readonly #fields: readonly string[];

  constructor(fields: string[]) {
    for (let at = 0; at < fields.length; at += 2) fields[at] = USUAL.get(fields[at]!) ?? fields[at]!.toLowerCase();
    this.#fields = fields;
  }

  get size(): number {
    return this.#fields.length / 2;
  }

  get(name: string): string | undefined {
    const values = this.all(name);
    return values.length > 1 ? values.join(', ') : values[0];
  }

  all(name: string): readonly string[] {
    const fields = this.#fields;
    const wanted = name.toLowerCase();
    let values: string[] | undefined;
    for (let at = 0; at < fields.length; at += 2) {
      if (fields[at] !== wanted) continue;
      if (values === undefined) values = [fields[at + 1]!];
      else values.push(fields[at + 1]!);
    }
    return values ?? NONE;
  }

  has(name: string): boolean {
    return this.all(name).length > 0;
  }

  *[Symbol.iterator](): Iterator<[name: string, value: string]> {
    for (let at = 0; at < this.#fields.length; at += 2) yield [this.#fields[at]!, this.#fields[at + 1]!];
  }
}

/** Header fields from names and values by turns, which are taken as valid; the array is taken over. */
export function headerFields(fields: string[]): HeaderFields {
  return new ReceivedFields(fields);
}

/** @throws HandshakeError `duplicate-field` when one of the named fields occurs more than once (RFC 6455 §11.3) */
export function requireSingle(fields: HeaderFields, names: readonly string[]): void {
  for (const name of names) if (fields.all(name).length > 1) throw new HandshakeError('duplicate-field');
}
