import type { Socket } from 'node:net';
import { join, NOTHING } from '../bytes.ts';
import type { Head } from '../head.ts';
import { findHead } from '../read-head.ts';

/** A request as it came. */
export interface ReceivedRequest {
  readonly head: Head;
  readonly bytes: Uint8Array;
  /** What came behind it. */
  readonly rest: Uint8Array;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Reads the head of a request and leaves the socket paused; undefined when none came in time, or none that could be read. */
export function readRequest(socket: Socket, timeoutMs: number): Promise<ReceivedRequest | undefined> {
  return new Promise((resolve) => {
    let bytes = NOTHING;
    const timer = setTimeout(() => finish(undefined), timeoutMs);
    const finish = (request: ReceivedRequest | undefined): void => {
      clearTimeout(timer);
      socket.pause();
      socket.off('data', take);
      socket.off('close', gone);
      resolve(request);
    };
    const gone = (): void => finish(undefined);
    const take = (chunk: Buffer): void => {
      bytes = join(bytes, chunk);
      const found = findHead(bytes);
      if (found !== undefined) finish(found.kind === 'head' ? requestOf(bytes, found.head, found.rest) : undefined);
    };
    socket.on('data', take);
    socket.once('close', gone);
  });
}

function requestOf(bytes: Uint8Array, head: Head, rest: Uint8Array): ReceivedRequest {
  const target = head.startLine.split(' ')[1] ?? '/';
  const question = target.indexOf('?');
  return {
    head,
    bytes: bytes.subarray(0, bytes.length - rest.length),
    rest,
    path: question < 0 ? target : target.slice(0, question),
    query: new URLSearchParams(question < 0 ? '' : target.slice(question)),
  };
}
