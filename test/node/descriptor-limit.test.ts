import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { RawClient, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const SERVER = fileURLToPath(new URL('descriptor-limit-server.ts', import.meta.url));
const DESCRIPTORS = 40;

let child: ChildProcess | undefined;
afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  child = undefined;
});

/** Starts the server with so many descriptors to spare; gives its port and the lines that it prints. */
async function startLimited(): Promise<{ port: number; errors: string[] }> {
  const command = ['--import', 'tsx', SERVER, String(DESCRIPTORS)];
  child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const errors: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child!.stdout! }).on('line', (line) => {
      if (line.startsWith('port ')) resolve(Number(line.slice(5)));
      else errors.push(line);
    });
    child!.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { port, errors };
}

/** A connection, or undefined when the server turned it away. */
async function tryToOpen(port: number): Promise<RawClient | undefined> {
  const client = new RawClient(port);
  client.send(upgradeHead('/'));
  try {
    return (await client.response()).status === 101 ? client : undefined;
  } catch {
    return undefined;
  }
}

describe.skipIf(process.platform !== 'linux')('at the limit of descriptors', () => {
  it('old connections live on, one report is made, and new ones come in once descriptors are free', async () => {
    const { port, errors } = await startLimited();
    const clients = await Promise.all(Array.from({ length: DESCRIPTORS + 20 }, () => tryToOpen(port)));
    const open = clients.filter((client) => client !== undefined);
    expect(open.length).toBeGreaterThan(10);
    expect(open.length).toBeLessThan(DESCRIPTORS + 20);
    await turnsUntil(() => errors.length > 0);
    for (const [number, client] of open.entries()) {
      client.send(text(`echo ${number}`));
      expect(await client.text()).toBe(`echo ${number}`);
    }
    for (let i = 0; i < 20; i++) expect(await tryToOpen(port)).toBeUndefined();
    expect(errors).toEqual(['error EMFILE']);
    const freed = open.splice(0, 5);
    await Promise.all(freed.map((client) => client.gone()));
    let back = await tryToOpen(port);
    while (back === undefined) back = await tryToOpen(port);
    back.send(text('back'));
    expect(await back.text()).toBe('back');
    for (const client of open) {
      client.send(text('still'));
      expect(await client.text()).toBe('still');
    }
  });
});
