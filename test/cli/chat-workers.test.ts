import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadRedis } from '../../src/chat/index.ts';
import { describeWithPeer } from '../support/peers.ts';
import { ownRedis, redisPeer } from '../support/redis.ts';
import { endAll, type Running, runHere, start } from './command-line.ts';

// Far longer than a worker takes to answer, and short enough for a second attempt.
const ANSWER_MS = 15_000;

interface Heard {
  readonly type: string;
  readonly message?: string;
  readonly seq?: number;
  readonly code?: string;
}

/** A client of `ws101.chat.v1` that waits for messages of a type. */
class Member {
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #heard: Heard[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    // Not by once(), which an error before the close would make reject.
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#isOver = true;
        this.#wake?.();
        resolve(code);
      });
    });
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      this.#heard.push(JSON.parse(String(data)) as Heard);
      this.#wake?.();
    });
  }

  static async join(running: Running, username: string): Promise<Member> {
    const member = await Member.#connect(`ws://127.0.0.1:${await running.port}/chat`);
    member.say({ type: 'join', room: 'tea', username });
    await member.next('joined');
    return member;
  }

  /** Connects, once more if nobody answers: a connection that was handed to a process that is killed then is nobody's. */
  static async #connect(url: string, isLast: boolean = false): Promise<Member> {
    const member = new Member(new WebSocket(url, 'ws101.chat.v1', { handshakeTimeout: ANSWER_MS }));
    try {
      await once(member.#socket, 'open');
      return member;
    } catch (error) {
      if (isLast) throw error;
      return await Member.#connect(url, true);
    }
  }

  say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  async next(type: string): Promise<Heard> {
    for (;;) {
      const place = this.#heard.findIndex((heard) => heard.type === type || heard.type === 'error');
      const [found] = place < 0 ? [] : this.#heard.splice(place, 1);
      if (found?.type === 'error' && type !== 'error') throw new Error(JSON.stringify(found));
      if (found) return found;
      if (this.#isOver) throw new Error(`the connection ended before ${type} came`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** The workers that a process has started, on Linux. The loader of TypeScript may have a process of its own. */
function workersOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const isWorker = (child: number) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('src/cli/main.ts');
  return list.split(' ').filter(Boolean).map(Number).filter(isWorker);
}

/** Resolves when a process has said these words on standard error. */
function saying({ child }: Running, words: string): Promise<void> {
  return new Promise((resolve) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes(words)) resolve();
    });
  });
}

afterEach(endAll);

describe('ws101 chat --workers', () => {
  it('shares one port and its rooms among processes, replaces one that is killed, and ends with all of them', async () => {
    const running = start('chat', '--port', '0', '--workers', '2');
    expect(await running.firstLine).toMatch(/^listening on http:\/\/localhost:[1-9]\d* \(chat/);
    const workers = workersOf(running.child.pid ?? 0);
    expect(workers).toHaveLength(2);
    // Connections go to the workers in turn.
    const [ann, bob] = [await Member.join(running, 'ann'), await Member.join(running, 'bob')];
    ann.say({ type: 'message', room: 'tea', message: 'hello', id: 'm1' });
    expect(await ann.next('ack')).toMatchObject({ seq: 1 });
    expect(await bob.next('message')).toMatchObject({ seq: 1, message: 'hello' });

    const noticed = saying(running, 'a worker has ended');
    process.kill(workers[0] ?? 0, 'SIGKILL');
    const left = await Promise.race([ann.closed.then(() => bob), bob.closed.then(() => ann)]);
    // Until then the first process may hand a connection to the one that is gone.
    await noticed;
    const carl = await Member.join(running, 'carl');
    left.say({ type: 'message', room: 'tea', message: 'still here', id: 'm2' });
    expect(await carl.next('message')).toMatchObject({ seq: 2, message: 'still here' });

    running.child.kill('SIGTERM');
    expect(await Promise.all([left.closed, carl.closed])).toEqual([1001, 1001]);
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'ws101 chat: a worker has ended (SIGKILL); another one is started\n',
    });
  }, 60_000);

  it('says once why it cannot listen, and ends', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? `${address?.port}` : '';
    try {
      const { code, stdout, stderr } = await start('chat', '--port', port, '--workers', '3').ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(port)]);
    } finally {
      taken.close();
    }
  }, 60_000);
});

describe('ws101 chat --redis', () => {
  it.each(['127.0.0.1:6379', 'http://127.0.0.1:6379', 'nonsense', 'redis:', 'redis:///0', 'unix://'])(
    'refuses %s with what an address looks like',
    async (url) => {
      const { code, stderr } = await runHere('chat', '--port', '0', '--redis', url);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('redis://127.0.0.1:6379') });
    },
  );

  it('says what to install when the package is missing', async () => {
    await expect(loadRedis(() => Promise.reject(new Error('no such module')))).rejects.toThrow('npm install redis');
  });
});

describeWithPeer(redisPeer(), 'ws101 chat --redis', () => {
  it('has its rooms in common with every server on that Redis', async () => {
    const own = await ownRedis();
    try {
      const one = start('chat', '--port', '0', '--redis', own.url);
      const two = start('chat', '--port', '0', '--redis', own.url, '--workers', '2');
      const [ann, bob] = [await Member.join(one, 'ann'), await Member.join(two, 'bob')];
      ann.say({ type: 'message', room: 'tea', message: 'hello', id: 'm1' });
      expect(await bob.next('message')).toMatchObject({ seq: 1, message: 'hello' });
      one.child.kill('SIGTERM');
      expect(await ann.closed).toBe(1001);
      expect((await one.ended).code).toBe(0);
      two.child.kill('SIGTERM');
      expect((await two.ended).code).toBe(0);
    } finally {
      await own.remove();
    }
  }, 60_000);
});
