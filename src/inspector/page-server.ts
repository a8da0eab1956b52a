import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Assets } from './assets.ts';
import type { Download } from './downloads.ts';

const SECURITY_HEADERS: OutgoingHttpHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Cache-Control': 'no-cache',
};

/** A host that may stand in a policy: letters, digits, dots and hyphens, perhaps a port. An IPv6 literal may not (CSP3 §2.3.1). */
const POLICY_HOST = /^[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?(?::\d{1,5})?$/i;

/** What the page's server gives away. */
export interface PageContents {
  readonly assets: Assets;
  /** The names that the inspector goes by; undefined for any. Another name in Host is that of a page that tricks a browser. */
  readonly hosts: readonly string[] | undefined;
  /** What can be downloaded, by its path. */
  download(path: string, query: URLSearchParams): Download | undefined;
}

/**
 * Answers a plain HTTP request with the page, a part of it, or a download.
 *
 * A path is only ever looked up in a fixed set of files that were read beforehand, so no request reaches the file system.
 */
export function servePage(contents: PageContents, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '', headers } = request;
  const always = { ...SECURITY_HEADERS, 'Content-Security-Policy': contentSecurityPolicy(headers.host) };
  const refuse = (status: number, sentence: string, more: OutgoingHttpHeaders = {}): void => {
    const fields = { ...always, ...more, 'Content-Type': 'text/plain; charset=utf-8' };
    response.writeHead(status, { ...fields, 'Content-Length': Buffer.byteLength(sentence) }).end(sentence);
  };
  if (!isPermitted(headers.host, contents.hosts)) {
    refuse(421, 'This inspector does not go by that name. Open it under the address that it printed.\n');
    return;
  }
  const [path = '', query = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split('?', 2);
  const asset = contents.assets.get(path || '/');
  const download = asset === undefined ? contents.download(path, new URLSearchParams(query)) : undefined;
  if (asset === undefined && download === undefined) {
    refuse(404, 'There is nothing here. The page of the inspector is at /; it relays WebSockets only.\n');
  } else if (method !== 'GET' && method !== 'HEAD') {
    refuse(405, 'This can only be read. Use GET or HEAD.\n', { Allow: 'GET, HEAD' });
  } else {
    const { bytes, contentType } = (asset ?? download)!;
    response.writeHead(200, {
      ...always,
      ...(download === undefined ? {} : { 'Content-Disposition': `attachment; filename="${download.name}"` }),
      'Content-Type': contentType,
      'Content-Length': bytes.byteLength,
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}

function isPermitted(host: string | undefined, hosts: readonly string[] | undefined): boolean {
  if (hosts === undefined) return true;
  const name = (host ?? '').replace(/:\d{1,5}$/, '').toLowerCase();
  return hosts.includes(name);
}

// The codec compiles its masking as WebAssembly from 512 bytes on; without the permission it would do without, and the browser complain.
function contentSecurityPolicy(host: string | undefined): string {
  const sockets = host !== undefined && POLICY_HOST.test(host) ? ` ws://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${sockets}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
