import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { HANDSHAKE } from '../../docs/tutorial/wire.ts';

/** The request of the RFC's example, whose answer is the same from every server. */
export const REQUEST: Uint8Array = Buffer.from(HANDSHAKE);

/** What is offered to a server that gets no reader: more than the kernel holds in four buffers. */
export const OFFERED_MIB = 32;

/** All that comes back, as hexadecimal digits without the head, when these chunks are written one after the other. */
export async function talk(port: number, chunks: Iterable<Uint8Array>): Promise<string> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  for (const chunk of chunks) await written(socket, chunk);
  socket.end();
  await closed;
  return afterHead(Buffer.concat(received));
}

/** What is sent after the request, whole and byte by byte: both answers must be the same, and are given once. */
export async function talkBothWays(port: number, bytes: Uint8Array): Promise<string[]> {
  const all = Buffer.concat([REQUEST, bytes]);
  return [
    await talk(port, [all]),
    await talk(
      port,
      Array.from(all, (byte) => Buffer.of(byte)),
    ),
  ];
}

/** Collects what comes after the head; the promise of the function that it gives resolves when it is this. */
export function listen(socket: Socket): (digits: string) => Promise<void> {
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  return async (digits) => {
    while (afterHead(Buffer.concat(received)) !== digits) await once(socket, 'data');
  };
}

/** Hexadecimal digits of what a server sent after its head. */
function afterHead(bytes: Buffer): string {
  return bytes.subarray(bytes.indexOf('\r\n\r\n') + 4).toString('hex');
}

/** A frame of a client; its key is 0, so the payload can be read. */
export function clientFrame(firstByte: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(length));
  const head = length <= 125 ? [0x80 | length] : length <= 65_535 ? [0xfe, ...size.subarray(6)] : [0xff, ...size];
  return Buffer.concat([Buffer.of(firstByte, ...head, 0, 0, 0, 0), payload]);
}

function written(socket: Socket, chunk: Uint8Array): Promise<unknown> {
  return new Promise((resolve) => socket.write(chunk, resolve));
}
