import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloseInfo } from '../../src/node/index.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';
import { endScriptedServers, serveRaw } from '../node/scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const children = new Set<ReturnType<typeof connectProcess>['child']>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** `ws101 connect` as a process whose standard input stays open. */
function connectProcess(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'connect', ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.add(child);
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  return { child, ended };
}

async function startEcho(options: object = {}): Promise<{ url: string; closed: Promise<CloseInfo> }> {
  let ended!: (info: CloseInfo) => void;
  const closed = new Promise<CloseInfo>((resolve) => {
    ended = resolve;
  });
  const { port } = await startServer((server) =>
    server.route('/', {
      message: (connection, data) => connection.send(data),
      close: (_, info) => ended(info),
      ...options,
    }),
  );
  return { url: `ws://127.0.0.1:${port}/`, closed };
}

describe('ws101 connect as a process', () => {
  it('ends by itself when a pipe ends, though the pipe of a script stays open with --expect', async () => {
    const { url } = await startEcho();
    const piped = connectProcess('--wait', '0', url);
    piped.child.stdin.end('a\n');
    const expecting = connectProcess('--expect', 'b', url);
    expecting.child.stdin.write('b\n');
    expect(await piped.ended).toEqual({ code: 0, stderr: '' });
    expect(await expecting.ended).toEqual({ code: 0, stderr: '' });
  });

  it('closes with 1000 at the first Ctrl-C', async () => {
    const { url, closed } = await startEcho();
    const polite = connectProcess('--send', 'a', url);
    await once(polite.child.stdout, 'data');
    polite.child.kill('SIGINT');
    expect(await polite.ended).toEqual({ code: 0, stderr: '' });
    expect(await closed).toMatchObject({ code: 1000, clean: true });
  });

  it('ends at the second Ctrl-C though the server is silent', async () => {
    // It never takes the message behind which the close frame comes.
    const stuck = await startEcho({
      message: (connection: { send(text: string): void }) => {
        connection.send('here');
        return new Promise(() => {});
      },
    });
    const { child, ended } = connectProcess('--send', 'a', '--frames', '--no-close', stuck.url);
    let output = '';
    const shown = new Promise<void>((resolve) => {
      let interrupted = false;
      child.stdout.on('data', (chunk) => {
        output += String(chunk);
        if (!interrupted && output.includes('\nhere\n')) {
          interrupted = true;
          child.kill('SIGINT');
        }
        if (output.includes('close, 2 bytes, masked')) resolve();
      });
    });
    await shown;
    // One that comes at once counts as a copy of the first.
    const again = setInterval(() => child.kill('SIGINT'), 50);
    const { code } = await ended;
    clearInterval(again);
    expect(code).toBe(130);
  });

  it('gives up with 130 at Ctrl-C while it connects', async () => {
    let arrived!: () => void;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const url = await serveRaw((visitor) => visitor.request().then(arrived));
    const { child, ended } = connectProcess(url);
    await asked;
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stderr: '' });
  });

  it('closes politely when nobody reads its output any more', async () => {
    const { url, closed } = await startEcho();
    const { child, ended } = connectProcess('--send', 'a', url);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.write('b\nc\n');
    expect(await ended).toEqual({ code: 0, stderr: '' });
    expect((await closed).code).toBe(1000);
  });
});
