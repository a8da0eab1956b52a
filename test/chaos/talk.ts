import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { CHAT_PROTOCOL } from '../../src/chat/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A chat server in a process of its own, without limits on who talks. */
export interface TalkServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the built server, with more options behind those that every drill has. */
export async function startTalkServer(...more: readonly string[]): Promise<TalkServer> {
  const limits = ['--rate', 'Infinity', '--rate-per-address', 'Infinity'];
  const server = spawn(process.execPath, ['dist/cli/main.js', 'chat', '--port', '0', ...limits, ...more], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await listening(server),
    pid: server.pid ?? 0,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function listening(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error('the server has no output');
  for await (const line of createInterface({ input: server.stdout })) {
    const [, port] = /localhost:(\d+)/.exec(line) ?? [];
    if (port) return `ws://127.0.0.1:${port}/chat`;
  }
  throw new Error('the server did not start');
}

/** Members of rooms who talk, each text with the time at which it was sent. */
export class Talk {
  readonly #rooms: WebSocket[][] = [];
  /** Hears of each delivery how long it took, in milliseconds. */
  onDelivery: (ms: number) => void = () => undefined;

  /** Lets so many members into so many rooms; their names begin with `prefix`. */
  static async begin(url: string, rooms: number, members: number, prefix: string = 'm'): Promise<Talk> {
    const talk = new Talk();
    for (let room = 0; room < rooms; room++) {
      const names = Array.from({ length: members }, (_, member) => `${prefix}${room}-${member}`);
      talk.#rooms.push(await Promise.all(names.map((name) => talk.#enter(url, `room-${room}`, name))));
    }
    return talk;
  }

  /** Has members say something, in one room after the other, so many times a second in all. */
  async speak(perSecond: number, seconds: number): Promise<void> {
    const startedAt = performance.now();
    let said = 0;
    await new Promise<void>((resolve) => {
      const turn = setInterval(() => {
        const elapsed = (performance.now() - startedAt) / 1000;
        for (; said < Math.min(elapsed, seconds) * perSecond; said++) this.#say(said);
        if (elapsed < seconds) return;
        clearInterval(turn);
        resolve();
      }, 1);
    });
  }

  end(): void {
    for (const socket of this.#rooms.flat()) socket.terminate();
  }

  #say(number: number): void {
    const room = number % this.#rooms.length;
    const members = this.#rooms[room] ?? [];
    const socket = members[Math.floor(number / this.#rooms.length) % members.length];
    socket?.send(JSON.stringify({ type: 'message', room: `room-${room}`, message: `${performance.now()}` }));
  }

  async #enter(url: string, room: string, username: string): Promise<WebSocket> {
    const socket = new WebSocket(url, CHAT_PROTOCOL, { perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      const late = (why: string) => reject(new Error(`${username} cannot enter ${room}: ${why}`));
      socket.on('error', (error) => late(error.message));
      socket.on('close', (code) => late(`closed with ${code}`));
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { readonly type: string; readonly message?: string };
        if (message.type === 'message') this.onDelivery(performance.now() - Number(message.message));
        else if (message.type === 'joined') resolve();
        else if (message.type === 'error') late(String(data));
      });
      socket.on('open', () => socket.send(JSON.stringify({ type: 'join', room, username })));
    });
    return socket;
  }
}
