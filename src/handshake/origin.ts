import { type Authority, parseAuthority } from './authority.ts';
import type { RequestHead } from './request-head.ts';

/**
 * Which pages may connect, when the request says that it comes from one (RFC 6455 §10.2):
 * `'same'`: host and port of the origin are those of the Host field, and where TLS ends here, the scheme is https;
 * `'any'`: all; a list: origins as browsers send them, `https://example.com`, compared whole, without wildcards;
 * a function: decides, and permits with `true` alone. A promise does not permit.
 */
export type OriginPolicy = 'same' | 'any' | readonly string[] | ((origin: string, head: RequestHead) => boolean);

/** An http or https origin, RFC 6454 §4. */
export interface Origin {
  readonly scheme: 'http' | 'https';
  /** In lower case; an IPv6 address with its brackets. */
  readonly host: string;
  /** The default port of the scheme when none was given. */
  readonly port: number;
}

/** The parts of a serialized http or https origin, or undefined: `null`, other schemes, a path, user information, two origins. */
export function parseOrigin(text: string): Origin | undefined {
  const colon = text.indexOf('://');
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  const authority = parseAuthority(text.slice(colon + 3));
  return authority && { scheme, host: authority.host, port: authority.port ?? defaultPort(scheme) };
}

/** Whether the policy permits the value of the Origin field. `host` is the Host field, `secure` whether TLS ends here. @rfc 6455-10.2-1 */
export function permitsOrigin(
  origin: string,
  head: RequestHead,
  policy: { readonly origin: OriginPolicy; readonly secure: boolean },
  host: Authority,
): boolean {
  const { origin: rule, secure } = policy;
  if (rule === 'any') return true;
  if (typeof rule === 'function') return rule(origin, head) === true;
  if (rule === 'same') return isSame(parseOrigin(origin), host, secure);
  const wanted = normalize(origin);
  return rule.some((entry) => normalize(entry) === wanted);
}

function isSame(origin: Origin | undefined, host: Authority, secure: boolean): boolean {
  if (origin === undefined || origin.host !== host.host) return false;
  if (secure && origin.scheme !== 'https') return false;
  // Without TLS of our own a proxy may have ended it, so the scheme that gives Host its default port is the origin's.
  return origin.port === (host.port ?? defaultPort(origin.scheme));
}

function normalize(text: string): string {
  const origin = parseOrigin(text);
  return origin === undefined ? text.toLowerCase() : `${origin.scheme}://${origin.host}:${origin.port}`;
}

function defaultPort(scheme: 'http' | 'https'): number {
  return scheme === 'https' ? 443 : 80;
}
