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
}

/**
 * Reads a WebSocket URL as browsers do (WHATWG WebSockets §3.1, RFC 6455 §3): `http:` and `https:` stand for `ws:` and
 * `wss:`.
 *
 * @throws DOMException `SyntaxError` for anything else, a relative URL, or one with a fragment
 */
export function parseWebSocketUrl(given: string | URL): WebSocketTarget {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new DOMException('the URL is not valid; write it whole, as in ws://localhost:8080/path', 'SyntaxError');
  }
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new DOMException('the URL must start with ws: or wss: (or http: or https:)', 'SyntaxError');
  }
  if (url.hash !== '' || url.href.endsWith('#')) {
    throw new DOMException('a WebSocket URL has no fragment; remove the # and what follows', 'SyntaxError');
  }
  const secure = url.protocol === 'wss:';
  return {
    url,
    secure,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
    target: url.pathname + url.search,
  };
}
