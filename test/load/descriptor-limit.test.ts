import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { RawClient, text, upgradeHead } from '../node/raw-client.ts';
import { leaveNothingBehind } from '../node/running-server.ts';

leaveNothingBehind();

const SERVER = fileURLToPath(new URL('servers/descriptor-limit.ts', import.meta.url));
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

// At the limit a connection may also wait in the kernel for a descriptor; who waited so long was not let in.
const PATIENCE_MS = 500;

/** A connection, or undefined when the server did not let it in. */
async function tryToOpen(port: number): Promise<RawClient | undefined> {
  const client = new RawClient(port);
  client.send(upgradeHead('/'));
  const patience = setTimeout(() => client.socket.destroy(), PATIENCE_MS);
  try {
    return (await client.response()).status === 101 ? client : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(patience);
  }
}

describe.skipIf(process.platform !== 'linux')('at the limit of descriptors', () => {
  it('old connections live on, one report is made, and new ones come in once descriptors are free', async () => {
    const { port, errors } = await startLimited();
    const clients = await Promise.all(Array.from({ length: DESCRIPTORS + 20 }, () => tryToOpen(port)));
    const open = clients.filter((client) => client !== undefined);
    expect(open.length).toBeGreaterThan(10);
    expect(open.length).toBeLessThan(DESCRIPTORS + 20);
    // A descriptor that the process gave back meanwhile lets one more in.
    const knock = async (): Promise<void> => {
      const late = await tryToOpen(port);
      if (late !== undefined) open.push(late);
    };
    while (errors.length === 0) await knock();
    for (const [number, client] of open.entries()) {
      client.send(text(`echo ${number}`));
      expect(await client.text()).toBe(`echo ${number}`);
    }
    for (let i = 0; i < 10; i++) await knock();
    expect(open.length).toBeLessThan(DESCRIPTORS + 20);
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
