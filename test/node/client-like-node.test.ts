import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from '../../src/node/index.ts';
import { leaveNothingBehind, startServer } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

type Constructor = typeof WebSocket;

// Node has a WebSocket of its own from 22 on; where there is one, each story must come out the same with both.
const implementations: [string, Constructor][] = [['ws101', WebSocket]];
const builtIn = (globalThis as { WebSocket?: unknown }).WebSocket;
if (builtIn !== undefined) implementations.push(["Node's own", builtIn as Constructor]);

const open = new Set<WebSocket>();
afterEach(() => {
  for (const socket of open) socket.close();
  open.clear();
});

/** Lets a socket live through a story and tells all its events, with the state in which each found it. */
async function story(
  Implementation: Constructor,
  url: string,
  protocols: string[],
  act: (socket: WebSocket, step: number, data: unknown) => unknown,
): Promise<unknown[]> {
  const socket = new Implementation(url, protocols);
  open.add(socket);
  socket.binaryType = 'arraybuffer';
  const events: unknown[] = [['new', socket.readyState, socket.protocol, socket.extensions, socket.url]];
  let step = 0;
  const note = (...entry: unknown[]): void => void events.push([...entry, socket.readyState]);
  socket.onopen = () => {
    note('open', socket.protocol);
    act(socket, step++, undefined);
  };
  socket.onmessage = ({ data }) => {
    note('message', typeof data === 'string' ? data : Buffer.from(data as ArrayBuffer).toString('hex'));
    act(socket, step++, data);
  };
  socket.onerror = () => note('error');
  await new Promise((resolve) => {
    socket.onclose = ({ code, reason, wasClean }) => resolve(note('close', code, reason, wasClean));
  });
  act(socket, -1, undefined);
  open.delete(socket);
  return events;
}

function thrown(call: () => unknown): string {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return (error as Error).name;
  }
}

describe.each(implementations)('%s', (_name, Implementation) => {
  it('refuses what the platform refuses', () => {
    const urls = ['', '/a', 'ftp://h', 'ws://h/#', 'ws://h/#a', 'ws://h:99999'];
    expect(urls.map((url) => thrown(() => new Implementation(url)))).toEqual(urls.map(() => 'SyntaxError'));
    const protocols = ['', 'a b', ['a', 'a'], ['a', 'A'], ['a', '']];
    expect(protocols.map((list) => thrown(() => new Implementation('ws://127.0.0.1:1', list)))).toEqual(
      protocols.map(() => 'SyntaxError'),
    );
    expect([Implementation.CONNECTING, Implementation.OPEN, Implementation.CLOSING, Implementation.CLOSED]).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it('echoes text and bytes, and closes with a code and a reason', async () => {
    const { port } = await startServer((server) =>
      server.route('/', { protocols: ['two'], message: (connection, data) => connection.send(data) }),
    );
    const url = `ws://127.0.0.1:${port}/`;
    const states: unknown[] = [];
    const events = await story(Implementation, url.replace('ws:', 'http:'), ['one', 'two'], (socket, step) => {
      if (step === 0) socket.send('€');
      else if (step === 1) socket.send(Uint8Array.of(1, 2).buffer);
      else if (step === 2) socket.send(new Blob(['b']));
      else if (step === 3) socket.send('');
      else if (step === 4) {
        states.push(
          thrown(() => socket.close(999)),
          thrown(() => socket.close(1000, 'é'.repeat(62))),
        );
        socket.close(3000, 'done');
        socket.close();
        states.push(socket.readyState);
      } else
        states.push(
          thrown(() => socket.send('late')),
          socket.readyState,
        );
    });
    expect(events).toEqual([
      ['new', 0, '', '', url],
      ['open', 'two', 1],
      ['message', '€', 1],
      ['message', '0102', 1],
      ['message', '62', 1],
      ['message', '', 1],
      ['close', 3000, 'done', true, 3],
    ]);
    expect(states).toEqual(['InvalidAccessError', 'SyntaxError', 2, 'nothing', 3]);
  });

  it.each([
    ['closes without a code', [0x88, 0], ['close', 1005, '', true, 3]],
    ['closes with a code', [0x88, 3, 0x0b, 0xb8, 0x78], ['close', 3000, 'x', true, 3]],
  ])('is told that the server %s', async (_how, bytes, last) => {
    const url = await serveRaw(async (visitor) => {
      await visitor.accept();
      visitor.socket.write(Uint8Array.from(bytes));
      await visitor.frames(1);
      visitor.socket.end();
    });
    const events = await story(Implementation, url, [], () => {});
    expect(events.slice(1)).toEqual([['open', '', 1], last]);
  });

  it('counts what waits in bytes of UTF-8', async () => {
    const { port } = await startServer((server) => server.route('/', { message: () => {} }));
    const socket = new Implementation(`ws://127.0.0.1:${port}/`);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.send('€€');
    socket.send(new Uint8Array(4));
    expect(socket.bufferedAmount).toBe(10);
    socket.close();
    await new Promise((resolve) => socket.addEventListener('close', resolve));
    expect(socket.bufferedAmount).toBe(0);
  });

  it('refuses to send before it is open', async () => {
    const socket = new Implementation(await serveRaw((visitor) => visitor.accept()));
    expect(thrown(() => socket.send('early'))).toBe('InvalidStateError');
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    open.add(socket);
  });
});

// Where Node 22's own departs from the platform: no close event after some failures, events inside close().
describe('ws101 alone', () => {
  it('fails with an error and 1006 when the server refuses, or does not agree to a subprotocol', async () => {
    const refusing = await serveRaw(async (visitor) => {
      visitor.socket.end(await visitor.answer({}, '403 Forbidden'));
    });
    const failed = [
      ['error', 3],
      ['close', 1006, '', false, 3],
    ];
    expect((await story(WebSocket, refusing, [], () => {})).slice(1)).toEqual(failed);
    const silent = await serveRaw((visitor) => visitor.accept());
    expect((await story(WebSocket, silent, ['a'], () => {})).slice(1)).toEqual(failed);
  });

  it('fails with an error and 1006 when it is closed while connecting', async () => {
    const socket = new WebSocket(await serveRaw(() => {}));
    const types: string[] = [];
    socket.addEventListener('error', ({ type }) => types.push(type));
    expect(thrown(() => socket.send('early'))).toBe('InvalidStateError');
    socket.close();
    expect(socket.readyState).toBe(2);
    expect(types).toEqual([]);
    const code = await new Promise((resolve) => socket.addEventListener('close', (event) => resolve(event.code)));
    expect([code, types]).toEqual([1006, ['error']]);
  });
});
