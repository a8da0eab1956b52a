/** Where a client connects to. */
export interface WebSocketTarget {
  readonly url: URL;
  /** `wss:`. */
  readonly secure: boolean;
  /** Host name or address, without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** The Host field: with the port unless it is the default one. */
  readonly host: string;
  /** Path and query: the request target. */
  readonly target: string;
  /** The Authorization field for the user name and password in the URL, when it has any (RFC 7617). */
  readonly authorization: string | undefined;
}

// What RFC 3986 permits beyond this in a host name, no resolver knows.
const HOST = /^(?:\[[0-9a-f:.]+\]|[0-9a-z._~-]+)$/;

/**
 * Reads a WebSocket URL as browsers do (WHATWG WebSockets §3.1, RFC 6455 §3): `http:` and `https:` stand for `ws:` and
 * `wss:`.
 *
 * @throws DOMException `SyntaxError` for anything else, a relative URL, or one with a fragment
 * @rfc 6455-4.1-2 6455-4.1-3
 */
export function parseWebSocketUrl(given: string | URL): WebSocketTarget {
  let url: URL;
  try {
    url = new URL(given); // @rfc 6455-11.1.1-1 6455-11.1.1-2 6455-11.1.2-1 6455-11.1.2-2
  } catch {
    throw new DOMException('the URL is not valid; write it whole, as in ws://localhost:8080/path', 'SyntaxError');
  }
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new DOMException('the URL must start with ws: or wss: (or http: or https:)', 'SyntaxError');
  }
  // @rfc 6455-3-1
  if (url.hash !== '' || url.href.endsWith('#')) {
    throw new DOMException('a WebSocket URL has no fragment; remove the # and what follows', 'SyntaxError');
  }
  if (!HOST.test(url.hostname)) {
    throw new DOMException('the host in the URL has characters that no host name has', 'SyntaxError');
  }
  const secure = url.protocol === 'wss:';
  return {
    url,
    secure,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host, // @rfc 6455-4.1-20
    // URLs may have a backslash in their query, request targets may not.
    target: (url.pathname + url.search).replaceAll('\\', '%5C'), // @rfc 6455-4.1-19
    authorization: basicAuthorization(url),
  };
}

/** The value of an Authorization field for the user name and password in a URL, when it has any (RFC 7617). */
export function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString('base64')}`;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
