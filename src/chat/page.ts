import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

interface Asset {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
}

// From src/chat/ and from dist/chat/ alike: both lie two folders below the root.
const FOLDER = new URL('../../src/chat/page/', import.meta.url);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The module that the page begins with. */
const MAIN = 'main.js';

const ASSETS: ReadonlyMap<string, Asset> = loadAssets(readdirSync(FOLDER).sort());

const SECURITY_HEADERS: OutgoingHttpHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

/** A host that may stand in a policy: letters, digits, dots and hyphens, perhaps a port. An IPv6 literal may not (CSP3 §2.3.1). */
const POLICY_HOST = /^[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?(?::\d{1,5})?$/i;

/**
 * Answers a plain HTTP request with the chat page or a part of it.
 *
 * The files are read once, when this module is loaded; a path is only ever looked up in that fixed set, letter by letter and
 * never decoded, so no request reaches the file system. GET and HEAD are served, with `ETag` and 304; another method is 405,
 * another path 404.
 */
export function servePage(request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '', headers } = request;
  const asset = ASSETS.get(pathOf(url));
  const always = { ...SECURITY_HEADERS, 'Content-Security-Policy': contentSecurityPolicy(headers.host) };
  if (asset === undefined) {
    refuse(response, 404, 'There is nothing here. The chat is at /.\n', always);
  } else if (method !== 'GET' && method !== 'HEAD') {
    refuse(response, 405, 'This can only be read. Use GET or HEAD.\n', { ...always, Allow: 'GET, HEAD' });
  } else {
    const cached = { ...always, 'Cache-Control': 'no-cache', ETag: asset.etag, Vary: 'Host' };
    if (namesEtag(headers['if-none-match'], asset.etag)) {
      response.writeHead(304, cached).end();
      return;
    }
    response.writeHead(200, {
      ...cached,
      'Content-Type': asset.contentType,
      'Content-Length': asset.bytes.byteLength,
    });
    response.end(method === 'HEAD' ? undefined : asset.bytes);
  }
}

function loadAssets(names: readonly string[]): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const contentType = CONTENT_TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (contentType === undefined) continue;
    const bytes = readFileSync(new URL(name, FOLDER));
    if (name === 'index.html') assets.set('/', assetOf(withPreloads(bytes, names), contentType));
    else assets.set(`/${name}`, assetOf(bytes, contentType));
  }
  return assets;
}

function assetOf(bytes: Uint8Array, contentType: string): Asset {
  return { bytes, contentType, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

/** Names all modules in the page, so that a browser asks for them at once, rather than level by level as one imports the other. */
function withPreloads(page: Uint8Array, names: readonly string[]): Uint8Array {
  const modules = names.filter((name) => name.endsWith('.js') && name !== MAIN);
  const preloads = modules.map((name) => `    <link rel="modulepreload" href="${name}">\n`).join('');
  const script = `    <script type="module" src="${MAIN}"></script>\n`;
  return Buffer.from(
    Buffer.from(page)
      .toString()
      .replace(script, () => preloads + script),
  );
}

// A target in absolute form is as good as one in origin form (RFC 9112 §3.2.2).
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const query = path.indexOf('?');
  return (query === -1 ? path : path.slice(0, query)) || '/';
}

// That 'self' covers ws: and wss: came to the browsers one after the other; older ones need the host by name.
function contentSecurityPolicy(host: string | undefined): string {
  const sockets = host !== undefined && POLICY_HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${sockets}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

// A weak comparison, as a conditional GET asks for (RFC 9110 §13.1.2).
function namesEtag(field: string | undefined, etag: string): boolean {
  return field?.split(',').some((given) => given.trim() === '*' || given.trim().replace(/^W\//, '') === etag) ?? false;
}

function refuse(response: ServerResponse, status: number, sentence: string, headers: OutgoingHttpHeaders): void {
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(sentence),
    'Cache-Control': 'no-store',
  });
  response.end(sentence);
}
