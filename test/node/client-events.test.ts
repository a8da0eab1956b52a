import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from '../../src/node/index.ts';
import { logged } from './client-log.ts';
import { leaveNothingBehind, startServer, stopTheClock, turns, turnsUntil } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();
afterEach(() => vi.restoreAllMocks());

const CLOSE = 0x88;

/** A server frame of at most 125 bytes. */
function frame(firstByte: number, payload: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Uint8Array.of(firstByte, bytes.length), bytes]);
}

function closeFrame(code: number, reason = ''): Buffer {
  return frame(CLOSE, Buffer.concat([Uint8Array.of(code >> 8, code), Buffer.from(reason)]));
}

describe('the life of a client (WHATWG WebSockets §4)', () => {
  // @rfc 6455-4.1-1
  it('goes through open, messages and close, and readyState is right inside every listener', async () => {
    const url = await serveRaw(async (visitor) => {
      visitor.socket.write(
        Buffer.concat([
          Buffer.from(await visitor.answer({ 'Sec-WebSocket-Protocol': 'b' })),
          frame(0x81, 'with the head'),
          frame(0x82, 'bin'),
          closeFrame(3999, 'reason €'),
        ]),
      );
      await visitor.frames(1);
      visitor.socket.end();
    });
    const socket = new WebSocket(url, ['a', 'b']);
    const states: [string, number][] = [['new', socket.readyState]];
    for (const type of ['open', 'message', 'error', 'close'])
      socket.addEventListener(type, (event) => states.push([event.type, socket.readyState]));
    const events: Event[] = [];
    socket.onopen = (event) => events.push(event);
    socket.onmessage = (event) => events.push(event);
    await new Promise((resolve) => {
      socket.onclose = (event) => resolve(events.push(event));
    });
    expect(states).toEqual([
      ['new', 0],
      ['open', 1],
      ['message', 1],
      ['message', 1],
      ['close', 3],
    ]);
    expect(socket).toMatchObject({ protocol: 'b', extensions: '' });
    for (const event of events) {
      expect(event).toMatchObject({ bubbles: false, cancelable: false, target: socket });
      expect(event.currentTarget === null || event.currentTarget === socket).toBe(true);
    }
    expect(events[1]).toMatchObject({ data: 'with the head', origin: url });
    expect(events[3]).toMatchObject({ wasClean: true, code: 3999, reason: 'reason €' });
  });

  it('is CLOSING from the close frame of the server until the connection has gone', async () => {
    let end!: () => void;
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      visitor.socket.write(frame(CLOSE));
      end = () => visitor.socket.end();
    });
    const { socket, closed } = logged(url);
    await turnsUntil(() => socket.readyState === WebSocket.CLOSING);
    await turns(5);
    expect(socket.readyState).toBe(WebSocket.CLOSING);
    end();
    expect(await closed).toEqual([['open'], ['close', 1005, '', true]]);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  it('delivers nothing any more once close was called', async () => {
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      visitor.socket.write(Buffer.concat([frame(0x81, '1'), frame(0x81, '2')]));
      await visitor.frames(1);
      visitor.socket.end(Buffer.concat([frame(0x81, '3'), closeFrame(1000)]));
    });
    const { socket, log, closed } = logged(url);
    socket.addEventListener('message', () => socket.close(1000));
    await closed;
    expect(log).toEqual([['open'], ['message', '1'], ['close', 1000, '', true]]);
  });

  // @rfc 6455-7.2.1-2
  it('delivers nothing any more once close was called, also while a Blob before it is read', async () => {
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      visitor.socket.write(Buffer.concat([frame(0x81, '1'), frame(0x81, '2')]));
      await visitor.frames(2);
      visitor.socket.end(closeFrame(1000));
    });
    const { socket, log, closed } = logged(url);
    socket.addEventListener('message', () => {
      socket.send(new Blob(['last words']));
      socket.close(1000);
    });
    await closed;
    expect(log).toEqual([['open'], ['message', '1'], ['close', 1000, '', true]]);
  });

  it('ends with 1006 and no error when the connection is lost', async () => {
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      visitor.socket.destroy();
    });
    expect(await logged(url).closed).toEqual([['open'], ['close', 1006, '', false]]);
  });

  // @rfc 6455-5.5.1-7
  it('closes three seconds after its close frame when the server never answers it', async () => {
    stopTheClock();
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      await visitor.frames(1);
      visitor.socket.write(frame(0x81, 'no close frame'));
    }, true);
    const { socket, opened, log } = logged(url);
    await opened;
    socket.close(1000, 'bye');
    await turns();
    vi.advanceTimersByTime(2900);
    await turns();
    expect([socket.readyState, log.length]).toEqual([2, 1]);
    vi.advanceTimersByTime(300);
    await turnsUntil(() => socket.readyState === 3);
    expect(log).toEqual([['open'], ['close', 1006, '', false]]);
  });

  it('tells in an error that the server answered no ping', async () => {
    stopTheClock();
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
    });
    const { socket, opened, log } = logged(url, { keepalive: { intervalMs: 1000, timeoutMs: 500 } });
    await opened;
    vi.advanceTimersByTime(1200);
    await turns();
    vi.advanceTimersByTime(700);
    await turnsUntil(() => socket.readyState === 3);
    expect(log).toEqual([['open'], ['error', 'the server did not answer a ping in time'], ['close', 1006, '', false]]);
  });
});

describe('close (WHATWG WebSockets §3.1, RFC 6455 §7.4)', () => {
  const inert = (): WebSocket => new WebSocket('ws://127.0.0.1:1', { signal: AbortSignal.abort() });

  it.each([0, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65_536 + 1000, -1, Number.NaN, Infinity, null, 'x', {}])(
    'refuses the code %s with an InvalidAccessError, in any state',
    (code) => {
      const socket = inert();
      const close = (): void => socket.close(code as number);
      expect(close).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
      socket.close();
      expect(close).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
    },
  );

  it.each(['a'.repeat(124), '€'.repeat(42), '😀'.repeat(31), '\ud800'.repeat(42)])(
    'refuses a reason over 123 bytes of UTF-8 with a SyntaxError',
    (reason) => {
      expect(() => inert().close(1000, reason)).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
      expect(() => inert().close(undefined, reason)).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    },
  );

  it.each([
    [[], ''],
    [[undefined, undefined], ''],
    [[1000], '03e8'],
    [[3000], '0bb8'],
    [[4999, 'x'], '138778'],
    [['4000'], '0fa0'],
    [[1000.4], '03e8'],
    [[1000.5], '03e8'],
    [[3000.5], '0bb8'],
    [[3001.5], '0bba'],
    [[undefined, 'why'], '03e8776879'],
    [[1000, null], `03e8${Buffer.from('null').toString('hex')}`],
    [[1000, 'a\ud800'], '03e861efbfbd'],
    [[1000, '€'.repeat(41)], `03e8${'e282ac'.repeat(41)}`],
  ])('called with %j sends the payload %s', async (given, payload) => {
    let sent = '';
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      const [close] = await visitor.frames(1);
      sent = `${close?.firstByte} ${close?.payload.toString('hex')}`;
      visitor.socket.end(frame(CLOSE, close?.payload ?? ''));
    });
    const { socket, opened, closed } = logged(url);
    await opened;
    socket.close(...(given as [number, string]));
    socket.close(3000, 'only the first counts');
    expect(socket.readyState).toBe(2);
    await closed;
    expect(sent).toBe(`${CLOSE} ${payload}`);
  });

  it('while connecting fails the socket: an error, then 1006, both after the call', async () => {
    const url = await serveRaw(() => {});
    const { socket, log, closed } = logged(url);
    socket.close(3000, 'never mind');
    expect([socket.readyState, log]).toEqual([2, []]);
    expect(await closed).toEqual([
      ['error', 'closed before the connection was established'],
      ['close', 1006, '', false],
    ]);
  });

  it('inside the open event closes in good order', async () => {
    const { port } = await startServer((server) => server.route('/', { message: () => {} }));
    const { socket, closed } = logged(`ws://127.0.0.1:${port}`);
    socket.onopen = () => socket.close(3000, 'at once');
    expect(await closed).toEqual([['open'], ['close', 3000, 'at once', true]]);
  });
});

describe('binaryType (WHATWG WebSockets §3.1)', () => {
  it('decides for each message as it comes: a Blob, or an ArrayBuffer of its own', async () => {
    const url = await serveRaw(async (visitor) => {
      visitor.socket.write(
        Buffer.concat([Buffer.from(await visitor.answer()), frame(0x82, 'one'), frame(0x82, 'two')]),
      );
      await visitor.frames(1);
      visitor.socket.write(Buffer.concat([frame(0x82, ''), frame(0x02, 'fr'), frame(0x80, 'ag'), frame(0x81, 'text')]));
    });
    const client = logged(url);
    const { socket } = client;
    socket.addEventListener('message', () => {
      socket.binaryType = 'arraybuffer';
    });
    const [blob, buffer] = await client.messages(2);
    expect(blob).toBeInstanceOf(Blob);
    expect(await (blob as Blob).text()).toBe('one');
    expect((blob as Blob).type).toBe('');
    expect(buffer).toBeInstanceOf(ArrayBuffer);
    expect(Buffer.from(buffer as ArrayBuffer).toString()).toBe('two');
    socket.send('more');
    const [empty, fragments, text] = await client.messages(3);
    expect((empty as ArrayBuffer).byteLength).toBe(0);
    expect(Buffer.from(fragments as ArrayBuffer).toString()).toBe('frag');
    expect(text).toBe('text');
  });

  it('ignores other values', () => {
    const socket = new WebSocket('ws://127.0.0.1:1', { signal: AbortSignal.abort() });
    Object.assign(socket, { binaryType: 'nodebuffer' });
    expect(socket.binaryType).toBe('blob');
  });
});

describe('the event handler attributes (HTML §8.1.8.1)', () => {
  it('take their place when set, keep it when replaced, and lose it when set to null', () => {
    const socket = new WebSocket('ws://127.0.0.1:1', { signal: AbortSignal.abort() });
    const calls: string[] = [];
    const fire = (): string[] => {
      calls.length = 0;
      socket.dispatchEvent(new Event('open'));
      return calls;
    };
    socket.addEventListener('open', () => calls.push('first'));
    socket.onopen = () => calls.push('replaced');
    socket.addEventListener('open', () => calls.push('third'));
    const second = (): number => calls.push('second');
    socket.onopen = second;
    expect(socket.onopen).toBe(second);
    expect(fire()).toEqual(['first', 'second', 'third']);
    socket.onopen = null;
    expect(fire()).toEqual(['first', 'third']);
    socket.onopen = second;
    expect(fire()).toEqual(['first', 'third', 'second']);
    Object.assign(socket, { onopen: 'not a function' });
    expect(socket.onopen).toBeNull();
    expect(fire()).toEqual(['first', 'third']);
  });

  it('are called with the socket as this, and removed listeners are not', () => {
    const socket = new WebSocket('ws://127.0.0.1:1', { signal: AbortSignal.abort() });
    const seen: unknown[] = [];
    socket.onclose = function () {
      seen.push(this);
    };
    const removed = (): number => seen.push('removed');
    socket.addEventListener('close', removed);
    socket.removeEventListener('close', removed);
    socket.dispatchEvent(new Event('close'));
    expect(seen).toEqual([socket]);
  });

  it('that throw are reported as uncaught, and neither stop other listeners nor the socket', async () => {
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      visitor.socket.write(Buffer.concat([frame(0x81, '1'), frame(0x81, '2')]));
    });
    const ownListeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught: unknown[] = [];
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    try {
      const { socket, messages } = logged(url);
      socket.onopen = () => {
        throw new Error('from onopen');
      };
      socket.onmessage = ({ data }) => {
        throw new Error(`from message ${data}`);
      };
      expect(await messages(2)).toEqual(['1', '2']);
      await turnsUntil(() => uncaught.length === 3);
      expect(uncaught).toEqual(['from onopen', 'from message 1', 'from message 2']);
      expect(socket.readyState).toBe(1);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of ownListeners) process.on('uncaughtException', listener);
    }
  });
});
