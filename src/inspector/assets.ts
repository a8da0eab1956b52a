import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A file as it is served. */
export interface Asset {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** The files of the page by the path under which each is served. */
export type Assets = ReadonlyMap<string, Asset>;

const PAGE = new URL('../../src/inspector/page/', import.meta.url);
const BUILT = new URL('../../dist/', import.meta.url);

// The floors that the page computes with: they use nothing but the language.
const FLOORS = ['codec', 'handshake', 'protocol', 'inspect'];

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Reads the page, and the built modules of the codec and the floors above it that the page imports.
 *
 * Both folders are found from `src/` and from `dist/` alike: either lies two folders below the root.
 *
 * @throws Error when the package was not built
 */
export function readAssets(): Assets {
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(PAGE)) {
    const contentType = CONTENT_TYPES[name.split('.').at(-1) ?? ''];
    if (contentType === undefined) continue;
    const path = name === 'index.html' ? '/' : `/.inspector/page/${name}`;
    assets.set(path, { bytes: readFileSync(new URL(name, PAGE)), contentType });
  }
  for (const floor of FLOORS) {
    const folder = new URL(`${floor}/`, BUILT);
    if (!existsSync(folder)) throw new Error('the page needs the built codec; run npm run build first');
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.js')) continue;
      const bytes = readFileSync(new URL(name, folder));
      assets.set(`/.inspector/lib/${floor}/${name}`, { bytes, contentType: CONTENT_TYPES.js! });
    }
  }
  return assets;
}
