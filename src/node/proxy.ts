import type { Duplex } from 'node:stream';
import type { ResponseHead } from '../handshake/index.ts';
import { ResponseAwaiter } from './response-awaiter.ts';
import { basicAuthorization, type WebSocketTarget } from './websocket-url.ts';

/** An HTTP proxy that a client goes through. */
export interface ProxyTarget {
  /** Host name or address, without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** The value of Proxy-Authorization, when the URL has a user name or password (RFC 7617). */
  readonly authorization: string | undefined;
}

/** The proxy did not open a tunnel to the server. */
export class ProxyResponseError extends Error {
  override readonly name: string = 'ProxyResponseError';
  /** What the proxy answered to CONNECT; its body is not read. */
  readonly response: ResponseHead;

  constructor(response: ResponseHead) {
    const credentials = response.status === 407 ? '; give a user name and password in its URL' : '';
    super(`the proxy answered with status ${response.status} and opened no tunnel${credentials}`);
    this.response = response;
  }
}

/**
 * Reads the URL of a proxy: `http://host:port`, with user name and password if it asks for them.
 *
 * @throws TypeError for anything else; it never repeats what was given, which may hold a password
 */
export function parseProxy(given: string | URL): ProxyTarget {
  let url: URL | undefined;
  try {
    url = new URL(given);
  } catch {}
  if (
    url?.protocol !== 'http:' ||
    (url.pathname !== '/' && url.pathname !== '') ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    throw new TypeError('proxy must be a URL of the form http://host:port or http://user:password@host:port');
  }
  return {
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 80 : Number(url.port),
    authorization: basicAuthorization(url),
  };
}

/**
 * Asks the proxy at the other end of `transport` for a tunnel to the server (RFC 9110 §9.3.6). The proxy alone sees its
 * credentials.
 *
 * @param settle is called once: without an error when the transport leads to the server from here on
 */
export function openTunnel(
  transport: Duplex,
  proxy: ProxyTarget,
  target: WebSocketTarget,
  settle: (error?: Error) => void,
): ResponseAwaiter {
  const awaiter = new ResponseAwaiter(transport, 'the proxy', {
    answered(head, leftover) {
      if (head.status < 200 || head.status > 299) return settle(new ProxyResponseError(head)); // @rfc 6455-4.1-11
      // The server speaks only after it was spoken to: what came before is not from it.
      if (leftover.length > 0) return settle(new Error('the proxy sent bytes of its own into the tunnel'));
      transport.pause();
      settle();
    },
    failed: settle,
  });
  transport.write(connectHead(proxy, target), 'latin1'); // @rfc 6455-4.1-8
  return awaiter;
}

function connectHead({ authorization }: ProxyTarget, { hostname, port }: WebSocketTarget): string {
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  const credentials = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
}
