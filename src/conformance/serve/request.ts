import type { Socket } from 'node:net';
import type { Head } from '../head.ts';
import { parseHead } from '../read-head.ts';

/** A request as it came. */
export interface ReceivedRequest {
  readonly head: Head;
  readonly bytes: Uint8Array;
  /** What came behind it. */
  readonly rest: Uint8Array;
  readonly path: string;
  readonly query: URLSearchParams;
}

const LONGEST_HEAD = 16_384;
const END = '\r\n\r\n';

/** Reads the head of a request and leaves the socket paused; undefined when none came in time, or none that could be read. */
export function readRequest(socket: Socket, timeoutMs: number): Promise<ReceivedRequest | undefined> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
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
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf(END);
      if (end >= 0) finish(requestOf(bytes, end));
      else if (bytes.length > LONGEST_HEAD) finish(undefined);
    };
    socket.on('data', take);
    socket.once('close', gone);
  });
}

function requestOf(bytes: Buffer, end: number): ReceivedRequest | undefined {
  const head = parseHead(bytes.toString('latin1', 0, end));
  if (typeof head === 'string') return undefined;
  const target = head.startLine.split(' ')[1] ?? '/';
  const question = target.indexOf('?');
  return {
    head,
    bytes: bytes.subarray(0, end + END.length),
    rest: bytes.subarray(end + END.length),
    path: question < 0 ? target : target.slice(0, question),
    query: new URLSearchParams(question < 0 ? '' : target.slice(question)),
  };
}
