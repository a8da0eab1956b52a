import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { findPeers, type Peer } from '../../bench/catalog.ts';
import { makeCertificate } from '../../bench/certificate.ts';
import { type RunningServer, startServer } from '../../bench/server.ts';

const MODES: Readonly<Partial<Record<Peer['name'], readonly string[]>>> = { ws101: ['copy', 'borrow', 'loop'] };
const PARSERS = ['ws101', 'ws', 'bufferutil', 'bun', 'deno'];
const COMPRESSORS = ['ws101', 'ws', 'bufferutil', 'bun'];

const peers = findPeers().filter(({ name, missing }) => {
  if (missing !== undefined) console.log(`no tests of ${name}: ${missing}`);
  return missing === undefined && PARSERS.includes(name);
});

/** A client that keeps what it gets. */
class Client {
  readonly #socket: WebSocket;
  readonly #got: (readonly [data: Buffer, binary: boolean])[] = [];
  #isThere: () => boolean = () => false;
  #reached: () => void = () => {};

  constructor(url: string, options: WebSocket.ClientOptions = {}) {
    this.#socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.#socket.on('message', (data: Buffer, binary: boolean) => {
      this.#got.push([data, binary]);
      if (this.#isThere()) this.#reached();
    });
  }

  get extensions(): string {
    return this.#socket.extensions;
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('error', reject);
    });
  }

  send(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** The first so many messages, once they are there. */
  async first(count: number): Promise<readonly (readonly [data: Buffer, binary: boolean])[]> {
    await this.#until(() => this.#got.length >= count);
    return this.#got.slice(0, count);
  }

  /** Whether the message with these bytes is binary, once it is there. */
  async find(bytes: string): Promise<boolean> {
    const found = (): readonly [Buffer, boolean] | undefined => this.#got.find(([data]) => data.toString() === bytes);
    await this.#until(() => found() !== undefined);
    return found()?.[1] === true;
  }

  #until(isThere: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#isThere = isThere;
      this.#reached = resolve;
      this.#socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
      if (isThere()) resolve();
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}

async function connect(url: string, options?: WebSocket.ClientOptions): Promise<Client> {
  const client = new Client(url, options);
  await client.opened();
  return client;
}

for (const { name, command } of peers) {
  for (const mode of MODES[name] ?? ['']) {
    describe(`the peer ${name}${mode === '' ? '' : ` (${mode})`}`, () => {
      let server: RunningServer;
      beforeAll(async () => {
        server = await startServer(command(...(mode === '' ? [] : [`--mode=${mode}`])));
      });
      afterAll(() => server.stop());

      it('echoes text and binary of every size as it came, in order', async () => {
        const client = await connect(`${server.url}/echo`);
        const sizes = [0, 1, 125, 126, 65_535, 65_536, 1024 * 1024];
        const messages = sizes.flatMap((size) => [Buffer.alloc(size, 7), 'é'.repeat(size / 2)]);
        for (const message of messages) client.send(message);
        const got = await client.first(messages.length);
        expect(got.map(([data, binary]) => [data.length, binary])).toEqual(
          messages.map((message) => [Buffer.byteLength(message), typeof message !== 'string']),
        );
        expect(got.every(([data], i) => data.equals(Buffer.from(messages[i] ?? '')))).toBe(true);
        client.close();
      });

      it('keeps up with many messages in flight and drops none', async () => {
        const client = await connect(`${server.url}/echo`);
        for (let i = 0; i < 2_000; i++) client.send(`message ${i}`);
        const got = await client.first(2_000);
        expect(got.every(([data], i) => data.toString() === `message ${i}`)).toBe(true);
        client.close();
      });

      it('hands a message to everybody in the room, its sender included, and to nobody else', async () => {
        const outside = await connect(`${server.url}/echo`);
        const members = await Promise.all([1, 2, 3].map(() => connect(`${server.url}/room`)));
        // Whoever gets back what it sent is in the room.
        for (const [i, member] of members.entries()) {
          member.send(`member ${i}`);
          await member.find(`member ${i}`);
        }
        members[0]?.send(Buffer.from('to all'));
        expect(await Promise.all(members.map((member) => member.find('to all')))).toEqual([true, true, true]);
        outside.send('outside');
        expect((await outside.first(1)).map(([data]) => data.toString())).toEqual(['outside']);
        for (const client of [...members, outside]) client.close();
      });
    });
  }
}

describe.each(peers.filter(({ name }) => COMPRESSORS.includes(name)))('permessage-deflate of $name', ({ command }) => {
  it.each(['takeover', 'no-takeover'])('is agreed on and gives the same back: %s', async (deflate) => {
    const server = await startServer(command(`--deflate=${deflate}`));
    try {
      const client = await connect(`${server.url}/echo`, { perMessageDeflate: { threshold: 0 } });
      expect(client.extensions).toContain('permessage-deflate');
      const text = '{"key":"value"},'.repeat(64);
      for (let i = 0; i < 3; i++) client.send(text);
      expect((await client.first(3)).map(([data]) => data.toString())).toEqual([text, text, text]);
      client.close();
    } finally {
      await server.stop();
    }
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  beforeAll(() => makeCertificate(folder));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(peers)('of $name: it listens at wss: with the certificate that it is given', async ({ command }) => {
    const server = await startServer(command(`--tls=${folder}`));
    try {
      expect(server.url).toMatch(/^wss:/);
      const client = await connect(`${server.url}/echo`, { rejectUnauthorized: false });
      client.send('hello');
      expect(await client.find('hello')).toBe(false);
      client.close();
    } finally {
      await server.stop();
    }
  });
});

describe('the catalogue of peers', () => {
  it('has all that are measured, each with a reason where it is missing and a version where it is not', () => {
    const all = findPeers();
    expect(all.map(({ name }) => name)).toEqual(['ws101', 'ws', 'bufferutil', 'raw', 'null', 'bun', 'deno']);
    for (const { missing, version } of all) expect(missing === undefined ? version : missing).toMatch(/\w/);
  });
});

describe('a program of a peer', () => {
  it.each([
    ['--mode=fast', 'copy, borrow or loop'],
    ['--deflate=yes', 'takeover or no-takeover'],
    ['--fast', 'fast'],
  ])('refuses an option that it does not know: %s', async (option, reason) => {
    const ws = findPeers().find(({ name }) => name === 'ws');
    await expect(startServer(ws?.command(option) ?? [])).rejects.toThrow(reason);
  });
});
