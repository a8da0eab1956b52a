import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const steps = readdirSync(new URL('../../docs/tutorial/', import.meta.url)).filter((name) => /^\d\d-/.test(name));

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const takesTypes = major > 22 || (major === 22 && minor >= 18);

let child: ChildProcess | undefined;
afterEach(async () => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
});

/** The first that plain `node` says of a step: on standard output, or, when it cannot run it, all of its complaints. */
async function saidBy(step: string): Promise<string> {
  const args = [`docs/tutorial/${step}/server.ts`, '0'];
  const running = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  child = running;
  let complaints = '';
  running.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const line = once(running.stdout.setEncoding('utf8'), 'data').then(([text]) => String(text));
  return Promise.race([line, once(running, 'close').then(() => complaints)]);
}

describe('the steps of the tutorial', () => {
  it.each(steps)('%s is run by plain node from 22.18 on, and refused before', async (step) => {
    expect(await saidBy(step)).toMatch(takesTypes ? /^listening on / : /ERR_UNKNOWN_FILE_EXTENSION/);
  });
});
