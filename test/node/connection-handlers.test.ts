import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import type { CloseInfo, Connection, Message } from '../../src/node/index.ts';
import { hex } from '../support/wire.ts';
import { close, frame, RawClient, text } from './raw-client.ts';
import { leaveNothingBehind, startServer, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const HUNDRED = Array.from({ length: 100 }, (_, i) => `message ${i}`);

describe('a route of handlers', () => {
  it('is called in order: open, message by message, close', async () => {
    const calls: unknown[] = [];
    const { port } = await startServer((server) =>
      server.route('/', {
        open: (connection) => void calls.push(['open', connection.closing]),
        message: (_, data) => calls.push(data),
        pong: (_, payload) => void calls.push(['pong', Buffer.from(payload).toString()]),
        close: (connection, info) => void calls.push(['close', connection.closing, info]),
      }),
    );
    const client = await RawClient.open(
      port,
      '/',
      text('a'),
      frame(Opcode.PONG, 'p'),
      frame(Opcode.BINARY, 'b'),
      close(1000, 'x'),
    );
    await client.closeCode();
    await client.gone();
    const info: CloseInfo = { code: 1000, reason: 'x', clean: true, by: 'remote' };
    await turnsUntil(() => calls.length === 5);
    expect(calls).toEqual([['open', false], 'a', ['pong', 'p'], new Uint8Array([98]), ['close', true, info]]);
  });

  it('loses nothing that came together with the upgrade request', async () => {
    const seen: Message[] = [];
    const { port } = await startServer((server) => server.route('/', { message: (_, data) => seen.push(data) }));
    await RawClient.open(port, '/', ...HUNDRED.map(text));
    await turnsUntil(() => seen.length === 100);
    expect(seen).toEqual(HUNDRED);
  });

  it('waits for the promise of a handler: frame n + 1 is not parsed before it has settled', async () => {
    const waiting: { data: Message; go: () => void }[] = [];
    const { port } = await startServer((server) =>
      server.route('/', { message: (_, data) => new Promise<void>((go) => waiting.push({ data, go })) }),
    );
    const client = await RawClient.open(port, '/', text('1'), text('2'), frame(Opcode.PING), hex('8380'));
    for (const data of ['1', '2']) {
      await turnsUntil(() => waiting.length === 1);
      await turns();
      expect(waiting.map((one) => one.data)).toEqual([data]);
      expect(client.reads).toBe(1);
      waiting.shift()?.go();
    }
    expect(await client.frame()).toMatchObject({ opcode: Opcode.PONG });
    expect(await client.closeCode()).toBe(1002);
  });

  it('waits for the promise of open before the first message', async () => {
    const calls: string[] = [];
    let go!: () => void;
    const { port } = await startServer((server) =>
      server.route('/', {
        open: async () => {
          calls.push('open');
          await new Promise<void>((resolve) => {
            go = resolve;
          });
          calls.push('opened');
        },
        message: (_, data) => calls.push(String(data)),
      }),
    );
    await RawClient.open(port, '/', text('a'));
    await turns();
    expect(calls).toEqual(['open']);
    go();
    await turnsUntil(() => calls.length === 3);
    expect(calls).toEqual(['open', 'opened', 'a']);
  });

  const boom = (): never => {
    throw new Error('boom');
  };
  const late = async (): Promise<never> => boom();

  it.each([
    ['open throws', { open: boom }],
    ['open rejects', { open: late }],
    ['message throws', { message: boom }],
    ['message rejects', { message: late }],
    [
      'message rejects at last',
      { message: () => new Promise((_, refuse) => setImmediate(() => refuse(new Error('boom')))) },
    ],
    ['pong throws', { pong: boom, message: () => {} }],
    ['pong rejects', { pong: late as () => void, message: () => {} }],
  ])('%s: 1011 for this connection only, and the server learns of it', async (_, handlers) => {
    const failed: unknown[] = [];
    const { port, server } = await startServer(
      (one) => one.route('/', handlers).route('/echo', { message: (connection, data) => connection.send(data) }),
      { onError: (error, connection) => failed.push(error, connection) },
    );
    const other = await RawClient.open(port, '/echo');
    const [, ...rest] = server.connections;
    expect(rest).toEqual([]);
    const client = await RawClient.open(port, '/', frame(Opcode.PONG, 'p'), text('a'), text('b'));
    const code = client.closeCode();
    await turnsUntil(() => failed.length > 0);
    const connection = failed[1] as Connection;
    expect(failed).toEqual([new Error('boom'), connection]);
    expect(await code).toBe(1011);
    client.send(close(1011));
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
    other.send(text('still here'));
    expect(await other.text()).toBe('still here');
    expect([...server.connections]).not.toContain(connection);
    expect(failed).toHaveLength(2);
  });

  it('close that throws is an error for the server, nothing else', async () => {
    const { port, server, errors } = await startServer((one) => one.route('/', { close: boom, message: () => {} }));
    const client = await RawClient.open(port, '/', close(1000));
    expect(await client.closeCode()).toBe(1000);
    await client.gone();
    await turnsUntil(() => errors.length === 1);
    expect(server.connections.size).toBe(0);
  });

  it.each([
    ['close', (connection: Connection) => connection.close(4001, 'no')],
    ['terminate', (connection: Connection) => connection.terminate()],
  ])('gets no message after %s in a handler', async (how, leave) => {
    const seen: Message[] = [];
    const { port, server } = await startServer((one) =>
      one.route('/', {
        message: (connection, data) => {
          seen.push(data);
          leave(connection);
        },
      }),
    );
    const client = await RawClient.open(port, '/', text('a'), text('b'));
    if (how === 'close') expect(await client.closeCode()).toBe(4001);
    client.send(close(4001));
    await client.rest();
    await client.gone();
    await turnsUntil(() => server.connections.size === 0);
    expect(seen).toEqual(['a']);
  });

  it('without a message handler answers pings and closes, although nobody takes messages', async () => {
    let ended: CloseInfo | undefined;
    const { port, server } = await startServer((one) =>
      one.route('/', {
        open: (connection) => void connection.send('news'),
        close: (_, info) => {
          ended = info;
        },
      }),
    );
    const client = await RawClient.open(port);
    expect(await client.text()).toBe('news');
    client.send(frame(Opcode.PING, 'p'));
    expect(await client.frame()).toMatchObject({ opcode: Opcode.PONG });
    client.send(close(1000));
    expect(await client.closeCode()).toBe(1000);
    await client.gone();
    await turnsUntil(() => server.connections.size === 0);
    expect(ended).toEqual({ code: 1000, reason: '', clean: true, by: 'remote' });
  });

  it('without a message handler notices that a client has gone whose message nobody took', async () => {
    const { port, server } = await startServer((one) => one.route('/', {}));
    for (const wire of [[text('unasked')], [text('unasked'), text('again'), close(1000)]]) {
      const client = await RawClient.open(port, '/', ...wire);
      const [connection] = server.connections;
      client.socket.end();
      await turnsUntil(() => server.connections.size === 0);
      expect(connection?.closing).toBe(true);
    }
  });

  it('gives text as a string or as bytes, and binary as bytes of its own', async () => {
    const seen: Message[] = [];
    const { port } = await startServer((one) =>
      one
        .route('/string', { message: (_, data) => seen.push(data) })
        .route('/bytes', { text: 'bytes', message: (_, data) => seen.push(data) })
        .route('/borrow', {
          borrow: true,
          message: (_, data) => seen.push(typeof data === 'string' ? data : Uint8Array.from(data)),
        }),
    );
    for (const path of ['/string', '/bytes', '/borrow']) {
      await RawClient.open(port, path, text('é'), frame(Opcode.BINARY, 'b'));
      await turnsUntil(() => seen.length === 2);
      expect(seen.splice(0)).toEqual([path === '/bytes' ? new Uint8Array([0xc3, 0xa9]) : 'é', new Uint8Array([98])]);
    }
  });
});

describe('a route that is a loop', () => {
  it('loses nothing that came before it began to take, and ends quietly with its connection', async () => {
    const seen: Message[] = [];
    let begin!: () => void;
    let returned = false;
    const { port, errors } = await startServer((server) =>
      server.route('/', async (connection) => {
        await new Promise<void>((resolve) => {
          begin = resolve;
        });
        for await (const message of connection) seen.push(message);
        returned = true;
      }),
    );
    const client = await RawClient.open(port, '/', ...HUNDRED.map(text));
    client.send(text('last'), close(1000));
    await turns();
    begin();
    expect(await client.closeCode()).toBe(1000);
    await client.gone();
    await turnsUntil(() => returned);
    expect(seen).toEqual([...HUNDRED, 'last']);
    expect(errors).toEqual([]);
  });

  it('gets what a client sent that has gone in the meantime', async () => {
    const seen: Message[] = [];
    let begin!: () => void;
    let ended: CloseInfo | undefined;
    const { port, server } = await startServer((one) =>
      one.route('/', async (connection) => {
        await new Promise<void>((resolve) => {
          begin = resolve;
        });
        for await (const message of connection) seen.push(message);
        ended = await connection.closed;
      }),
    );
    const client = await RawClient.open(port, '/', ...HUNDRED.map(text), close(1000));
    client.socket.end();
    await turnsUntil(() => server.connections.size === 0 || client.socket.readableEnded);
    begin();
    await turnsUntil(() => ended !== undefined);
    expect(seen).toEqual(HUNDRED);
    expect(ended).toMatchObject({ code: 1000 });
  });

  it('closes with 1000 when it returns, and when its for-await is left', async () => {
    const { port, errors } = await startServer((server) =>
      server
        .route('/return', async (connection) => {
          connection.send(`got ${await connection.receive()}`);
        })
        .route('/break', async (connection) => {
          for await (const message of connection) {
            connection.send(`got ${message}`);
            break;
          }
          await connection.closed;
        })
        .route('/sync', (connection) => {
          connection.send('got it');
        }),
    );
    for (const path of ['/return', '/break', '/sync']) {
      const client = await RawClient.open(port, path, text('it'), text('more'));
      expect(await client.text()).toBe('got it');
      expect(await client.closeCode()).toBe(1000);
      client.send(close(1000));
      await client.gone();
    }
    expect(errors).toEqual([]);
  });

  it.each([
    ['before its for-await', '/before'],
    ['inside its for-await', '/inside'],
    ['at once', '/sync'],
  ])('that throws %s closes with 1011 and is reported', async (_, path) => {
    const { port, errors } = await startServer((server) =>
      server
        .route('/before', async () => {
          throw new Error('boom');
        })
        .route('/inside', async (connection) => {
          for await (const message of connection) throw new Error(`boom${message}`);
        })
        .route('/sync', () => {
          throw new Error('boom');
        }),
    );
    const client = await RawClient.open(port, path, text(''));
    expect(await client.closeCode()).toBe(1011);
    expect(errors).toEqual([new Error('boom')]);
  });
});
