import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import type { Connection, Message } from '../../src/node/index.ts';
import { hex } from '../support/wire.ts';
import { close, frame, RawClient, text } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startHolding, startServer, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

async function open(...early: Uint8Array[]): Promise<{ client: RawClient; connection: Connection }> {
  const { port, connection } = await startHolding();
  const client = await RawClient.open(port, '/', ...early);
  return { client, connection: await connection };
}

describe('receive', () => {
  it('gives one message after the other, however many ask at once, and undefined at the end', async () => {
    const { client, connection } = await open(text('1'), text('2'));
    expect(await connection.receive()).toBe('1');
    const waiting = [connection.receive(), connection.receive(), connection.receive()];
    client.send(text('3'), close(1000));
    client.socket.end();
    expect(await Promise.all(waiting)).toEqual(['2', '3', undefined]);
    expect(await connection.receive()).toBeUndefined();
  });

  it('parses no message before the one in front of it was taken', async () => {
    const { client, connection } = await open(text('1'), text('2'), hex('8380'));
    await turns();
    expect(client.reads).toBe(1);
    expect(await connection.receive()).toBe('1');
    await turns();
    expect(client.reads).toBe(1);
    expect(await connection.receive()).toBe('2');
    expect(await client.closeCode()).toBe(1002);
    client.socket.end();
    expect(await connection.receive()).toBeUndefined();
  });

  it('lets pings and closes through behind a message that waited, once it was taken', async () => {
    const { client, connection } = await open(text('1'), frame(Opcode.PING, 'still?'), text('2'), close(1000));
    await turns();
    expect(client.reads).toBe(1);
    expect(await connection.receive()).toBe('1');
    expect((await client.frame()).opcode).toBe(Opcode.PONG);
    expect(connection.closing).toBe(false);
    expect(await connection.receive()).toBe('2');
    expect(await client.closeCode()).toBe(1000);
    client.socket.end();
    expect(await connection.closed).toMatchObject({ code: 1000, clean: true });
  });

  it('gives what came before the end also when it is asked later', async () => {
    const { client, connection } = await open(text('1'), text('2'), close(1000));
    client.socket.end();
    expect(await connection.receive()).toBe('1');
    await connection.closed;
    expect(await connection.receive()).toBe('2');
    expect(await connection.receive()).toBeUndefined();
  });

  it('with a signal stops waiting and loses nothing', async () => {
    const { client, connection } = await open();
    const abort = new AbortController();
    const reason = new Error('enough');
    const waiting = connection.receive({ signal: abort.signal });
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(connection.receive({ signal: abort.signal })).rejects.toBe(reason);
    client.send(text('1'), text('2'));
    expect(await connection.receive({ signal: new AbortController().signal })).toBe('1');
    expect(await connection.receive()).toBe('2');
  });

  it('with a time stops waiting and loses nothing', async () => {
    const { client, connection } = await open();
    const before = timers();
    await expect(connection.receive({ timeoutMs: 1 })).rejects.toMatchObject({ name: 'TimeoutError' });
    client.send(text('1'), text('2'));
    expect(await connection.receive({ timeoutMs: 60_000 })).toBe('1');
    expect(await connection.receive({ timeoutMs: Infinity })).toBe('2');
    expect(timers()).toBe(before);
  });

  it('refuses a time that is none before it asks for a message', async () => {
    const { connection } = await open(text('1'), text('2'));
    for (const timeoutMs of [Number.NaN, -1, 2 ** 31]) {
      await expect(connection.receive({ timeoutMs })).rejects.toThrow(RangeError);
    }
    expect(await connection.receive()).toBe('1');
    expect(await connection.receive()).toBe('2');
  });

  it('is refused where a message handler takes them', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    await expect(connection?.receive()).rejects.toThrow('message handler');
    client.send(text('still here'));
    expect(await client.text()).toBe('still here');
  });
});

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('for await', () => {
  it('ends quietly however the connection does', async () => {
    for (const [how, code] of [
      ['close', 1000],
      ['reset', 1006],
      ['violation', 1002],
      ['terminate', 1006],
    ] as const) {
      const { client, connection } = await open(text('1'));
      const seen: Message[] = [];
      for await (const message of connection) {
        seen.push(message);
        if (how === 'close') client.send(close(1000));
        else if (how === 'violation') client.send(hex('8380'));
        if (how === 'reset') client.reset();
        else if (how === 'terminate') connection.terminate();
        else client.socket.end();
      }
      expect(seen).toEqual(['1']);
      expect(await connection.closed).toMatchObject({ code });
    }
  });

  it('answers each message in front of a rule that is broken in the same read', async () => {
    const { port } = await startServer((one) =>
      one.route('/', async (connection) => {
        for await (const message of connection) await connection.sendAndDrain(message);
      }),
    );
    const client = await RawClient.open(port);
    client.send(text('1'), text('2'), hex('8380'));
    expect(await client.text()).toBe('1');
    expect(await client.text()).toBe('2');
    expect(await client.closeCode()).toBe(1002);
  });

  it('writes once what it has to say in one turn', async () => {
    const { port, server } = await startServer((one) =>
      one.route('/', async (connection) => {
        for await (const message of connection) await connection.sendAndDrain(message);
      }),
    );
    const client = await RawClient.open(port);
    const writes: number[] = [];
    for (const connection of server.connections) {
      connection.tap((direction, bytes) => {
        if (direction === 'out') writes.push(bytes.length);
      });
    }
    const ten = [...'0123456789'].map((digit) => text(digit));
    client.send(...ten);
    for (const digit of '0123456789') expect(await client.text()).toBe(digit);
    expect(writes).toEqual([30]);
  });

  it('lets pings through while what it was given is still at work', async () => {
    let go = (): void => {};
    const { port } = await startServer((one) =>
      one.route('/', async (connection) => {
        for await (const message of connection) {
          await new Promise<void>((resolve) => {
            go = resolve;
          });
          connection.send(message);
        }
      }),
    );
    const client = await RawClient.open(port);
    client.send(text('1'), frame(Opcode.PING, 'still?'));
    expect((await client.frame()).opcode).toBe(Opcode.PONG);
    go();
    expect(await client.text()).toBe('1');
  });

  it('shares the messages between loops that run at once, and ends all of them', async () => {
    const { client, connection } = await open();
    const seen: Message[] = [];
    const loops = [1, 2, 3].map(async () => {
      for await (const message of connection) seen.push(message);
    });
    client.send(...Array.from({ length: 20 }, (_, i) => text(String(i))), close(1000));
    client.socket.end();
    await Promise.all(loops);
    expect(seen.map(Number)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('gives nothing more once it was ended, and ends who still waits', async () => {
    const { client, connection } = await open();
    const iterator = connection[Symbol.asyncIterator]();
    expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
    const waiting = iterator.next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await client.closeCode()).toBe(1000);
    client.send(text('too late'), close(1000));
    client.socket.end();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('closes with 1000 when it is left', async () => {
    const { client, connection } = await open(text('1'), text('2'));
    for await (const message of connection) {
      expect(message).toBe('1');
      break;
    }
    expect(await client.closeCode()).toBe(1000);
    client.send(close(1000));
    client.socket.end();
    expect(await connection.closed).toEqual({ code: 1000, reason: '', clean: true, by: 'local' });
  });
});

describe('pause and resume', () => {
  it('hold back every frame behind the pause, and the peer feels it', async () => {
    const seen: Message[] = [];
    const { port, server } = await startServer((one) =>
      one.route('/', {
        message: (connection, data) => {
          seen.push(data);
          if (data === 'stop') connection.pause();
        },
      }),
    );
    const client = await RawClient.open(port, '/', text('stop'), text('1'), frame(Opcode.PING));
    const [connection] = server.connections;
    client.send(...Array.from({ length: 64 }, () => frame(Opcode.BINARY, new Uint8Array(256 * 1024))));
    await turns(100);
    expect(seen).toEqual(['stop']);
    expect(client.reads).toBe(1);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    connection?.resume();
    await turnsUntil(() => seen.length === 66);
    expect(seen[1]).toBe('1');
    expect((await client.frame()).opcode).toBe(Opcode.PONG);
  });

  it('take effect for bytes that come, even when called by who sees them pass', async () => {
    const seen: Message[] = [];
    const { port, server } = await startServer((one) =>
      one.route('/', { open: (connection) => connection.pause(), message: (_, data) => seen.push(data) }),
    );
    const client = await RawClient.open(port);
    for (const connection of server.connections) connection.tap(() => connection.resume());
    client.send(text('1'));
    await turnsUntil(() => seen.length === 1);
  });

  it('can be called before the first message and as often as one likes', async () => {
    const seen: Message[] = [];
    const { port, server } = await startServer((one) =>
      one.route('/', { open: (connection) => connection.pause(), message: (_, data) => seen.push(data) }),
    );
    await RawClient.open(port, '/', text('1'));
    await turns();
    expect(seen).toEqual([]);
    for (const connection of server.connections) {
      connection.pause();
      connection.resume();
      connection.resume();
    }
    await turnsUntil(() => seen.length === 1);
  });

  it('do not hold up a close of this end: what still comes is discarded', async () => {
    const { port, server } = await startServer((one) =>
      one.route('/', { open: (connection) => connection.pause(), message: () => expect.fail('a message came') }),
    );
    const client = await RawClient.open(port, '/', text('1'));
    const [connection] = server.connections;
    connection?.close(1000);
    expect(await client.closeCode()).toBe(1000);
    client.send(text('2'), close(1000));
    client.socket.end();
    expect(await connection?.closed).toMatchObject({ code: 1000, clean: true });
  });
});

describe('closed and signal', () => {
  it('tell of the end when asked before it and after it', async () => {
    const { client, connection } = await open();
    const { signal } = connection;
    const before = connection.closed;
    expect(signal.aborted).toBe(false);
    client.send(close(3000, 'x'));
    const info = { code: 3000, reason: 'x', clean: true, by: 'remote' };
    client.socket.end();
    expect(await before).toEqual(info);
    expect(await connection.closed).toEqual(info);
    expect([signal.aborted, connection.signal.aborted, connection.closing]).toEqual([true, true, true]);
  });

  it('are there for who first asks afterwards', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    client.reset();
    await turnsUntil(() => server.connections.size === 0);
    expect(connection?.signal.aborted).toBe(true);
    expect(await connection?.closed).toEqual({ code: 1006, reason: '', clean: false, by: 'remote' });
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1.5, Number.NaN])('close refuses the code %s', async (code) => {
    const { connection } = await open();
    expect(() => connection.close(code)).toThrow(RangeError);
    expect(connection.closing).toBe(false);
  });

  it('close refuses a reason of 124 bytes, a lone surrogate, and a reason without a code', async () => {
    const { client, connection } = await open();
    expect(() => connection.close(1000, 'é'.repeat(62))).toThrow(RangeError);
    expect(() => connection.close(1000, '\ud800')).toThrow(RangeError);
    expect(() => connection.close(undefined, 'x')).toThrow(RangeError);
    connection.close();
    connection.close(1000, 'too late');
    expect(await client.closeCode()).toBeUndefined();
  });
});
