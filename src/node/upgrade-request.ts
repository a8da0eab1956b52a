import {
  type ExtensionOffer,
  type HeaderFields,
  headerFields,
  parseExtensions,
  parseTokenList,
  type RequestHead,
} from '../handshake/index.ts';

const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/** The request that asks for a WebSocket, as routes and hooks see it. What takes work is done when first asked for. */
export class UpgradeRequest {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** The path of the target, not decoded. */
  readonly path: string;
  /** The address of the transport. */
  readonly remoteAddress: string | undefined;
  /** The address of the client: what trusted proxies say in X-Forwarded-For, otherwise {@link remoteAddress}. */
  readonly clientAddress: string | undefined;
  /** True when TLS ends here. */
  readonly secure: boolean;
  // From rest() on the values, a line each, and their names apart.
  #fields: HeaderFields | string;
  #names = '';
  #query: URLSearchParams | undefined;
  #cookies: ReadonlyMap<string, string> | undefined;

  /** @internal */
  constructor(head: RequestHead, remoteAddress: string | undefined, secure: boolean, clientAddress = remoteAddress) {
    // Not the string of this head: that would be one for each connection.
    this.method = head.method === 'GET' ? 'GET' : head.method;
    this.target = head.target;
    this.path = head.path;
    this.#fields = head.headers;
    this.remoteAddress = remoteAddress;
    this.clientAddress = clientAddress;
    this.secure = secure;
  }

  /** The header fields, in the order they came. */
  get headers(): HeaderFields {
    if (typeof this.#fields === 'string') this.#fields = unpack(this.#names, this.#fields);
    return this.#fields;
  }

  /** @internal The handshake is over, after which hardly anybody asks for a field: a table of six takes 500 bytes. */
  rest(): void {
    if (typeof this.#fields === 'string') return;
    const names: string[] = [];
    const values: string[] = [];
    for (const [name, value] of this.#fields) {
      names.push(name);
      values.push(value);
    }
    this.#names = shared(names.join('\n'));
    this.#fields = values.join('\n');
  }

  /** The offered subprotocols, the preferred first. */
  get protocols(): readonly string[] {
    const value = this.headers.get('sec-websocket-protocol');
    return value === undefined ? [] : parseTokenList(value);
  }

  /** The offered extensions, the preferred first. */
  get extensions(): readonly ExtensionOffer[] {
    const value = this.headers.get('sec-websocket-extensions');
    return value === undefined ? [] : parseExtensions(value);
  }

  /** The Origin field; `undefined` when there is none, which no browser does. */
  get origin(): string | undefined {
    return this.headers.get('origin');
  }

  /** The parameters of the query, decoded. */
  get query(): URLSearchParams {
    const mark = this.target.indexOf('?');
    this.#query ??= new URLSearchParams(mark < 0 ? '' : this.target.slice(mark + 1));
    return this.#query;
  }

  /** The cookies by name, values not decoded but for quotes (RFC 6265 §4.2.1). Of two with one name the first counts. */
  get cookies(): ReadonlyMap<string, string> {
    this.#cookies ??= parseCookies(this.headers.all('cookie'));
    return this.#cookies;
  }

  /** The token of an `Authorization: Bearer` field (RFC 6750 §2.1), or `undefined`. */
  bearer(): string | undefined {
    return BEARER.exec(this.headers.get('authorization') ?? '')?.[1];
  }
}

// All browsers of a kind name the same fields in the same order. What is special about this many more is their own.
const MOST_SHARED = 64;
const sharedNames = new Map<string, string>();

function shared(names: string): string {
  const known = sharedNames.get(names);
  if (known !== undefined) return known;
  if (sharedNames.size < MOST_SHARED && names.length <= 512) sharedNames.set(names, names);
  return names;
}

function unpack(names: string, values: string): HeaderFields {
  const lines = values.split('\n');
  return headerFields(names === '' ? [] : names.split('\n').flatMap((name, at) => [name, lines[at]!]));
}

function parseCookies(fields: readonly string[]): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of fields.flatMap((field) => field.split(';'))) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
    if (!cookies.has(name)) cookies.set(name, quoted ? value.slice(1, -1) : value);
  }
  return cookies;
}
