import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createNullServer, type NullServer } from '../../../src/bench/null-server/null-server.ts';
import { nullTarget } from '../../../src/bench/null-server/null-target.ts';
import { FrameDecoder } from '../../../src/codec/index.ts';
import { checkUpgradeResponse, encodeUpgradeRequest, ResponseHeadReader } from '../../../src/handshake/index.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
let server: NullServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Opens a connection and gives it with what it has read behind the head. */
async function open(target: string): Promise<{ socket: Socket; read: () => Buffer; status: number }> {
  server ??= await createNullServer();
  const socket = connect(server.port, '127.0.0.1');
  const reader = new ResponseHeadReader();
  let bytes = Buffer.alloc(0);
  socket.write(encodeUpgradeRequest({ host: 'localhost', target, key: KEY }));
  const head = await new Promise<NonNullable<typeof reader.head>>((resolve) => {
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk.subarray(reader.push(chunk))]);
      if (reader.head !== undefined) resolve(reader.head);
    });
  });
  if (head.status === 101) checkUpgradeResponse(head, { key: KEY, protocols: [], extensions: [] });
  return { socket, read: () => bytes, status: head.status };
}

describe('the null server', () => {
  it('answers so many bytes with a frame, whatever they are and however they come', async () => {
    const { socket, read } = await open('/echo?in=10&out=6&head=820461');
    socket.write(Buffer.alloc(9));
    socket.write(Buffer.alloc(1));
    await expect.poll(() => read().toString()).toBe(Buffer.from('820461787878', 'hex').toString());
    socket.write(Buffer.alloc(35));
    await expect.poll(() => read().length).toBe(6 * 4);
    socket.write(Buffer.alloc(5));
    await expect.poll(() => read().length).toBe(6 * 5);
  });

  it.each([0, 32, 200, 70_000])('gives frames of %i bytes for messages of as many', async (bytes) => {
    const { socket, read } = await open(nullTarget('/echo', 1, bytes));
    const size = bytes + (bytes < 126 ? 6 : bytes < 65_536 ? 8 : 14);
    socket.write(Buffer.alloc(3 * size));
    const lengths: number[] = [];
    await expect.poll(() => read().length).toBe(3 * (size - 4));
    new FrameDecoder({ role: 'client' }).push(read(), {
      header: ({ opcode, length }) => void lengths.push(opcode, length),
      payload: () => false,
    });
    expect(lengths).toEqual([1, bytes, 1, bytes, 1, bytes]);
  });

  it('gives frames to all connections of a fan-out, for the bytes of any', async () => {
    const target = nullTarget('/fanout', 1, 40);
    const [one, two] = [await open(target), await open(target)];
    const other = await open(nullTarget('/fanout', 1, 41));
    one.socket.write(Buffer.alloc(46 * 2));
    await expect.poll(() => [one.read().length, two.read().length]).toEqual([84, 84]);
    two.socket.destroy();
    one.socket.write(Buffer.alloc(46));
    await expect.poll(() => one.read().length).toBe(126);
    expect(other.read().length).toBe(0);
  });

  it.each(['/', '/echo', '/echo?in=0&out=3', '/echo?in=3&out=x', '/echo?in=3&out=9999999999'])(
    'refuses %s, which says nothing that it could do',
    async (target) => {
      expect((await open(target)).status).toBe(400);
    },
  );
});
