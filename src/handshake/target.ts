import { parseAuthority } from './authority.ts';
import { HandshakeError } from './errors.ts';

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http://', 80],
  ['https://', 443],
]);

/** The parts of a request target in origin-form or absolute-form, RFC 9112 §3.2. */
export interface Target {
  readonly path: string;
  /** Without its `?`; empty when there is none. */
  readonly query: string;
  /** Where an absolute-form target points to, its port filled in from the scheme; undefined for origin-form. */
  readonly authority: { readonly host: string; readonly port: number; readonly defaultPort: number } | undefined;
}

/**
 * Takes a request target apart. The characters are taken as checked.
 * @throws HandshakeError `target-form` for asterisk-form, authority-form, other schemes, user information, no host
 */
export function parseTarget(target: string): Target {
  if (target.startsWith('/')) return splitQuery(target, undefined);
  const start = target.indexOf('://') + 3;
  const defaultPort = DEFAULT_PORTS.get(target.slice(0, start).toLowerCase());
  if (defaultPort === undefined) throw new HandshakeError('target-form');
  let end = start;
  while (end < target.length && target[end] !== '/' && target[end] !== '?') end++;
  const authority = parseAuthority(target.slice(start, end));
  if (authority === undefined) throw new HandshakeError('target-form');
  const rest = target.slice(end);
  const port = authority.port ?? defaultPort;
  return splitQuery(rest.startsWith('/') ? rest : `/${rest}`, { host: authority.host, port, defaultPort });
}

function splitQuery(text: string, authority: Target['authority']): Target {
  const mark = text.indexOf('?');
  if (mark < 0) return { path: text, query: '', authority };
  return { path: text.slice(0, mark), query: text.slice(mark + 1), authority };
}
