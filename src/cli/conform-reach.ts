import { once } from 'node:events';
import { connect } from 'node:net';
import { parseWebSocketUrl } from '../node/index.ts';
import { explainConnectError } from './connect-error.ts';
import { explained, UsageError } from './usage-error.ts';

/**
 * Waits until somebody takes a TCP connection at the host and port of a URL, so that a mistake in these is one sentence
 * and not a failure of every case.
 *
 * @throws UsageError when nobody does, and for a URL that names no server
 */
export async function checkReach(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const { hostname, port } = explained(() => parseWebSocketUrl(url));
  const socket = connect({ host: hostname, port });
  socket.setTimeout(timeoutMs, () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
  try {
    await once(socket, 'connect', { signal });
  } catch (error) {
    if (signal.aborted) return;
    const { sentence } = explainConnectError(error, { url: new URL(url), received: new Uint8Array() });
    throw new UsageError(sentence, { cause: error });
  } finally {
    socket.destroy();
  }
}
