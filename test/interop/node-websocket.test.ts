import { expect, it } from 'vitest';
import type { CloseInfo } from '../../src/node/index.ts';
import { leaveNothingBehind, type Running, startServer, turnsUntil } from '../node/running-server.ts';
import { describeWithPeer } from '../support/peers.ts';

leaveNothingBehind();

/** As much of the platform's class as these tests use; Node has it from release 22 on. */
interface PlatformSocket extends EventTarget {
  binaryType: string;
  readonly protocol: string;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

type PlatformClass = new (url: string, protocols?: string[]) => PlatformSocket;

const Platform = (globalThis as { WebSocket?: PlatformClass }).WebSocket;
const RELEASE_WITH_ONE = 22;

function event(socket: PlatformSocket, type: string): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    socket.addEventListener(type, (one) => resolve(one as unknown as Record<string, unknown>), { once: true });
  });
}

async function open(): Promise<Running & { socket: PlatformSocket; infos: CloseInfo[] }> {
  if (Platform === undefined) throw new Error('no WebSocket');
  const infos: CloseInfo[] = [];
  const started = await startServer((server) =>
    server.route('/', {
      protocols: ['chat'],
      message: (connection, data) => connection.send(data),
      close: (_, info) => void infos.push(info),
    }),
  );
  const socket = new Platform(`ws://127.0.0.1:${started.port}/`, ['x', 'chat']);
  socket.binaryType = 'arraybuffer';
  await event(socket, 'open');
  return { ...started, socket, infos };
}

function tests(): void {
  it('text, binary and 1 MiB come back', async () => {
    const { socket } = await open();
    expect(socket.protocol).toBe('chat');
    for (const data of ['grüße 👋', '', 'x'.repeat(1024 * 1024)]) {
      const echo = event(socket, 'message');
      socket.send(data);
      expect((await echo).data === data).toBe(true);
    }
    for (const length of [0, 125, 126, 65_535, 65_536, 1024 * 1024]) {
      const echo = event(socket, 'message');
      socket.send(new Uint8Array(length).fill(7));
      const bytes = new Uint8Array((await echo).data as ArrayBuffer);
      expect([bytes.length, bytes.every((byte) => byte === 7)]).toEqual([length, true]);
    }
  });

  it('its close and ours are clean at both ends', async () => {
    const first = await open();
    const closed = event(first.socket, 'close');
    first.socket.close(3001, 'done');
    expect(await closed).toMatchObject({ code: 3001, reason: 'done', wasClean: true });
    await turnsUntil(() => first.infos.length === 1);
    expect(first.infos[0]).toEqual({ code: 3001, reason: 'done', clean: true, by: 'remote' });
    const second = await open();
    const told = event(second.socket, 'close');
    for (const connection of second.server.connections) connection.close(4001, 'enough');
    expect(await told).toMatchObject({ code: 4001, reason: 'enough', wasClean: true });
    await turnsUntil(() => second.infos.length === 1);
    expect(second.infos[0]).toMatchObject({ clean: true, by: 'local' });
  });
}

// An older release has none that could be missing, and so nothing to skip.
if (Number(process.versions.node.split('.')[0]) >= RELEASE_WITH_ONE) {
  const missing = Platform === undefined ? 'turned off' : undefined;
  describeWithPeer({ name: "Node's own WebSocket", missing }, "Node's own WebSocket as a client of our server", tests);
} else {
  it('Node has a WebSocket of its own from release 22 on', () => expect(Platform).toBeUndefined());
}
