import { connect, type Socket } from 'node:net';

/** First bytes of frames. */
export const FIN_TEXT = 0x81;
export const FIN_BINARY = 0x82;
export const FIN_PING = 0x89;
export const FIN_CLOSE = 0x88;
export const TEXT_BEGIN = 0x01;
export const CONTINUATION = 0x00;

/** A connection after its opening handshake, without any implementation of the protocol above it. */
export interface RawPeer {
  readonly socket: Socket;
  /** What came behind the head of the response. */
  readonly rest: Buffer;
}

/** A masked frame. Its mask key is zero, which leaves the payload as it is and is as valid as any. */
export function maskedFrame(firstByte: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  head[0] = firstByte;
  if (length < 126) {
    head[1] = 0x80 | length;
  } else if (length < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeUIntBE(length, 4, 6);
  }
  return Buffer.concat([head, payload]);
}

/** The head of a valid opening handshake. */
export function requestHead(path: string = '/', fields: string = ''): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${fields}\r\n`
  );
}

/** Connects and shakes hands. The socket is paused afterwards, so that nothing is read unasked. */
export async function openRaw(
  port: number,
  {
    path = '/',
    fields = '',
    localAddress = '127.0.0.1',
  }: { path?: string; fields?: string; localAddress?: string } = {},
): Promise<RawPeer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, localAddress });
  socket.on('error', () => {});
  socket.write(requestHead(path, fields));
  let read = Buffer.alloc(0);
  for (;;) {
    const end = read.indexOf('\r\n\r\n');
    if (end >= 0) {
      const line = read.toString('latin1', 0, read.indexOf('\r\n'));
      if (!line.includes(' 101 ')) throw new Error(`no upgrade: ${line}`);
      return { socket, rest: read.subarray(end + 4) };
    }
    const chunk = await readSome(socket);
    if (chunk === undefined) throw new Error('the server ended the handshake');
    read = Buffer.concat([read, chunk]);
  }
}

/** Reads on and gives the next bytes; `undefined` when the socket is over. Leaves it paused. */
export function readSome(socket: Socket): Promise<Buffer | undefined> {
  if (socket.destroyed || socket.readableEnded) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const settle = (chunk?: Buffer): void => {
      socket.off('data', settle).off('end', settle).off('close', settle);
      socket.pause();
      resolve(Buffer.isBuffer(chunk) ? chunk : undefined);
    };
    socket.on('data', settle).on('end', settle).on('close', settle);
    socket.resume();
  });
}

/** Reads frames up to a close frame and gives its code; `undefined` when the socket is over before one came. */
export async function closeCodeOf({ socket, rest }: RawPeer): Promise<number | undefined> {
  let read = rest;
  for (;;) {
    let at = 0;
    while (read.length - at >= 2) {
      const short = read[at + 1]! & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (read.length - at < head) break;
      const length = short < 126 ? short : short === 126 ? read.readUInt16BE(at + 2) : read.readUIntBE(at + 4, 6);
      if (read.length - at < head + length) break;
      if (read[at] === FIN_CLOSE) return length >= 2 ? read.readUInt16BE(at + head) : 1005;
      at += head + length;
    }
    const chunk = await readSome(socket);
    if (chunk === undefined) return undefined;
    read = Buffer.concat([read.subarray(at), chunk]);
  }
}

/** How {@link offer} knows when to stop. */
export interface OfferBounds {
  readonly totalBytes: number;
  /** Stop when the server has taken nothing for this long. */
  readonly stallMs: number;
  readonly withinMs: number;
}

/** Writes `chunk` again and again and gives how many bytes the kernel took: all, or until the server takes no more. */
export async function offer(socket: Socket, chunk: Buffer, bounds: OfferBounds): Promise<number> {
  const until = performance.now() + bounds.withinMs;
  const start = socket.bytesWritten;
  let written = 0;
  while (written < bounds.totalBytes && performance.now() < until && !socket.destroyed) {
    written += chunk.length;
    if (socket.write(chunk)) continue;
    const goesOn = await drained(socket, Math.min(bounds.stallMs, until - performance.now()));
    if (!goesOn) break;
  }
  return socket.bytesWritten - start - socket.writableLength;
}

/** Whether the socket took everything that was written, before it closed and within so many milliseconds. */
function drained(socket: Socket, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (took: boolean): void => {
      clearTimeout(timer);
      socket.off('drain', yes).off('close', no);
      resolve(took);
    };
    const yes = (): void => settle(true);
    const no = (): void => settle(false);
    const timer = setTimeout(no, Math.max(1, withinMs));
    socket.on('drain', yes).on('close', no);
  });
}
