import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { parseWebSocketUrl } from '../node/index.ts';
import type { HeadField } from './head.ts';
import type { ServerTarget } from './opening.ts';

/** How a server is reached. */
export interface TargetOptions {
  readonly fields?: readonly HeadField[];
  readonly protocols?: readonly string[];
}

/**
 * The target that a `ws:` or `wss:` URL names.
 *
 * @throws DOMException `SyntaxError` for one that names none
 */
export function targetOf(url: string, { fields = [], protocols = [] }: TargetOptions = {}): ServerTarget {
  const { secure, hostname, port, host, target, authorization } = parseWebSocketUrl(url);
  const credentials: HeadField[] = authorization === undefined ? [] : [['Authorization', authorization]];
  return { url, secure, hostname, port, host, path: target, fields: [...credentials, ...fields], protocols };
}

/**
 * A stream to a server that takes the connection, certificates of its own making included.
 *
 * @throws Error when it does not within so many milliseconds
 */
export function dial({ secure, hostname, port }: ServerTarget, withinMs: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = secure
      ? connectTls({
          host: hostname,
          port,
          servername: /^[\d.]+$|:/.test(hostname) ? '' : hostname,
          rejectUnauthorized: false,
          ALPNProtocols: ['http/1.1'],
        })
      : connect({ host: hostname, port });
    const timer = setTimeout(() => fail(new Error(`no connection within ${withinMs} ms`)), withinMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    socket.once('error', fail);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      // Chops are to arrive as they are written.
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
