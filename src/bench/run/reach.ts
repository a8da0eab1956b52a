import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Where a server listens. */
export interface Endpoint {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Long enough for a refusal to come back through a slow proxy, short enough to notice the port soon after it opens. */
const ATTEMPT_MS = 1_000;
const PAUSE_MS = 20;

/** The host and port of a `ws:` or `wss:` URL. */
export function endpointOf({ hostname, port, protocol }: URL): Endpoint {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'wss:' ? 443 : 80)) };
}

/** Does somebody accept TCP connections there? Never rejects. */
export function accepts({ host, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(end, ATTEMPT_MS, false);
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Resolves with true once somebody accepts connections there, with false when `signal` was aborted first. */
export async function waitForEndpoint(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await accepts(endpoint)) return true;
    await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** A port on which nobody listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
