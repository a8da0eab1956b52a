import type { LoadConfig } from '../config.ts';
import type { Adapter } from './adapter.ts';

/** A configuration with what the adapter says about opening connections: path, subprotocols, fields. */
export function withAdapter(config: LoadConfig, { path, protocols, headers = [] }: Adapter): LoadConfig {
  const url = new URL(config.url);
  const hasPath = url.pathname !== '/' || url.search !== '';
  return {
    ...config,
    url: path === undefined || hasPath ? config.url : new URL(path, url).href,
    protocols: config.protocols.length > 0 ? config.protocols : (protocols ?? []),
    headers: [...headers, ...config.headers],
  };
}
