import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Field, ResponseHead } from '../handshake/index.ts';
import { parseWebSocketUrl, type WebSocketTarget } from './websocket-url.ts';

/** More than these are no detour but a circle. */
export const MOST_REDIRECTS = 20;

const REDIRECTS = [301, 302, 303, 307, 308];
const CREDENTIALS = ['authorization', 'cookie', 'cookie2', 'www-authenticate'];
const TLS_IDENTITY: readonly (keyof TlsOptions)[] = ['cert', 'key', 'pfx', 'passphrase', 'servername', 'session'];

/** True for a status that sends the client elsewhere (RFC 9110 §15.4). */
export function isRedirect({ status }: ResponseHead): boolean {
  return REDIRECTS.includes(status);
}

/**
 * Where a redirect leads. Credentials in the URL stay with their own server; those in a Location count for nothing.
 *
 * @throws Error for a Location that is missing, repeated or no WebSocket URL, and for one that gives up TLS
 */
export function redirectTarget(from: WebSocketTarget, { headers }: ResponseHead): WebSocketTarget {
  const [location, second] = headers.all('location');
  if (location === undefined || second !== undefined)
    throw new Error('the server redirects, but does not say where to');
  let target: WebSocketTarget;
  try {
    const url = new URL(location, from.url);
    url.hash = '';
    const { username, password } = url.origin === from.url.origin ? from.url : { username: '', password: '' };
    url.username = username;
    url.password = password;
    target = parseWebSocketUrl(url);
  } catch (cause) {
    throw new Error('the server redirects to what is no WebSocket URL', { cause });
  }
  if (from.secure && !target.secure) throw new Error('the server redirects from wss: to ws:, where anybody can listen');
  return target;
}

/** True when scheme, host and port are the same. */
export function isSameServer(from: WebSocketTarget, to: WebSocketTarget): boolean {
  return from.secure === to.secure && from.hostname === to.hostname && from.port === to.port;
}

/** The fields that another server may see: no Authorization, no Cookie, nothing meant for a proxy. */
export function withoutCredentials(headers: readonly Field[]): readonly Field[] {
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !CREDENTIALS.includes(lower) && !lower.startsWith('proxy-');
  });
}

/** The TLS options that hold for another server: not who this client is, nor what the first one is called. */
export function withoutIdentity(tls: TlsOptions): TlsOptions {
  return Object.fromEntries(
    Object.entries(tls).filter(([name]) => !TLS_IDENTITY.includes(name as keyof TlsOptions)),
  ) as TlsOptions;
}
