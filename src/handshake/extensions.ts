import { isClass, isToken, SPACE, TOKEN } from './characters.ts';
import { HandshakeError } from './errors.ts';
import { trimSpace } from './tokens.ts';

/** One element of Sec-WebSocket-Extensions: offered by a client or agreed to by a server (RFC 6455 §9.1). */
export type ExtensionOffer = {
  readonly name: string;
  /** In their order, repeated ones kept; `true` for a parameter without value, otherwise the unquoted value. */
  readonly params: readonly (readonly [name: string, value: string | true])[];
};

/** Elements of one Sec-WebSocket-Extensions list, and parameters of one element. */
const MOST = 16;

/** Walks over the value from left to right and never back. */
class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at === this.#text.length;
  }

  /** Skips white space, then the character if it is next, then white space. */
  skip(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.#skipSpace();
    return true;
  }

  token(): string {
    const start = this.#at;
    while (isClass(this.#text.charCodeAt(this.#at), TOKEN)) this.#at++;
    if (this.#at === start) throw new HandshakeError('extension-syntax');
    return this.#text.slice(start, this.#at);
  }

  /** A token, or a quoted string that unescapes to a token (RFC 6455 §9.1). */
  value(): string {
    if (this.#text[this.#at] !== '"') return this.token();
    let value = '';
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#text[this.#at] === '\\') this.#at++;
      // @rfc 6455-4.3-1 6455-9.1-2
      if (!isClass(this.#text.charCodeAt(this.#at), TOKEN)) throw new HandshakeError('extension-syntax');
      value += this.#text[this.#at];
    }
    this.#at++;
    if (value === '') throw new HandshakeError('extension-syntax');
    return value;
  }

  #skipSpace(): void {
    while (isClass(this.#text.charCodeAt(this.#at), SPACE)) this.#at++;
  }
}

/**
 * The elements of Sec-WebSocket-Extensions, in the order of preference (RFC 6455 §9.1). At least one, no empty elements,
 * at most 16 with at most 16 parameters each. What a name or parameter means is left to the extension.
 * Linear in the length of the value.
 * @throws HandshakeError `extension-syntax` or `extension-limit`
 * @rfc 6455-9.1-1
 */
export function parseExtensions(value: string): ExtensionOffer[] {
  const lexer = new Lexer(trimSpace(value));
  const offers: ExtensionOffer[] = [];
  do {
    if (offers.length === MOST) throw new HandshakeError('extension-limit');
    const name = lexer.token();
    const params: [string, string | true][] = [];
    while (lexer.skip(';')) {
      if (params.length === MOST) throw new HandshakeError('extension-limit');
      const param = lexer.token();
      params.push([param, lexer.skip('=') ? lexer.value() : true]);
    }
    offers.push({ name, params });
  } while (lexer.skip(','));
  if (!lexer.done) throw new HandshakeError('extension-syntax');
  return offers;
}

/**
 * The value of Sec-WebSocket-Extensions for these elements; empty for none.
 * @throws TypeError when a name or value is no token
 */
export function formatExtensions(list: readonly ExtensionOffer[]): string {
  return list.map(formatExtension).join(', ');
}

function formatExtension({ name, params }: ExtensionOffer): string {
  if (!isToken(name)) throw new TypeError('extensions: the name of an extension must be a token');
  let text = name;
  for (const [param, value] of params) {
    if (!isToken(param)) throw new TypeError(`extensions: the name of a parameter of ${name} must be a token`);
    if (value !== true && !isToken(value)) throw new TypeError(`extensions: the value of ${param} must be a token`);
    text += value === true ? `; ${param}` : `; ${param}=${value}`;
  }
  return text;
}
