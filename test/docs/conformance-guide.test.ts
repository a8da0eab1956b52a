import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitCommand } from '../../src/bench/index.ts';
import { WebSocketServer } from '../../src/index.ts';
import { runHere } from '../cli/command-line.ts';
import { PYTHON, pythonWebsockets } from '../support/peers.ts';

const docs = (path: string): string => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
const GUIDE = readFileSync(docs('conformance-guide.md'), 'utf8');
const ACTION = readFileSync(docs('examples/conformance-action.yml'), 'utf8');
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Every line of the shell blocks, and the command of the workflow in one line, and the one of its comment. */
const commands = [...GUIDE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));
const inAction = [...ACTION.matchAll(/run: >-\n((?: {10}.+\n)+)/g)].map(([, lines = '']) =>
  lines.replaceAll(/\s+/g, ' ').trim(),
);
const inComment = [...ACTION.matchAll(/# {3}(npx .+)$/gm)].map(([, line = '']) => line);

const folder = mkdtempSync(join(tmpdir(), 'ws101-guide-'));
const server = new WebSocketServer({ deflate: true });
server.route(() => true, { message: (connection, data) => void connection.send(data) });
let origin = '';

beforeAll(async () => {
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  origin = `ws://127.0.0.1:${typeof address === 'string' ? 0 : address.port}`;
});
afterAll(async () => {
  await server.shutdown({ deadlineMs: 1 });
  rmSync(folder, { recursive: true });
});

/** A program that is not on the machine of every contributor: its commands wait for one that has it. */
const hasPerl = spawnSync('perl', ['-MMojolicious', '-e', '1'], { stdio: 'ignore' }).status === 0;
const hasPython = pythonWebsockets().missing === undefined || process.env.CI !== undefined;
const canRun = (command: string): boolean =>
  (hasPerl || !command.includes('perl ')) && (hasPython || !command.includes(PYTHON));

/** Runs a command of a page here, with few cases, files in a folder of its own, free ports, and its examples by path. */
async function runCommand(command: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const words = splitCommand(command).map((word) =>
    word
      .replace(/^conformance[\w.-]*\.(json|xml|html)$/, (file) => join(folder, file))
      .replace('ws://localhost:8080', origin)
      .replace(/\b(?:server\.js|[\w-]+\.(?:mjs|py|pl))$/, (file) =>
        docs(`examples/conformance/${file === 'server.js' ? 'echo-ws.mjs' : file}`),
      )
      .replace(/^node /, `${process.execPath} `)
      .replace(/^npx ws101 /, `${process.execPath} --import tsx ${MAIN} `)
      .replace(/^9001$/, '0'),
  );
  expect(words.slice(0, 3)).toEqual(['npx', 'ws101', 'conform']);
  const few = words.includes('--cases') ? [] : ['--cases', '1.1.1-3,2.2,7.1.1,H.2.5'];
  const { code, stdout, stderr } = await runHere(...words.slice(2), ...few);
  return { code, said: `${stdout}${stderr}` };
}

describe('docs/conformance-guide.md', () => {
  it.each(commands.filter(canRun))('%s', { timeout: 60_000 }, async (command) => {
    const { code, said } = await runCommand(command);
    const isBroken = command.includes('--break') || command.includes('perl ');
    expect([code, said]).toEqual([isBroken ? 1 : 0, expect.stringMatching(/passes|fails|^ *6\.4\.1 /m)]);
  });

  it('has servers in three languages, two of which are run wherever the tests are complete', () => {
    const programs = commands.filter((command) => /--spawn '(node|perl|\/usr\/bin\/python3) echo/.test(command));
    expect(new Set(programs.map((command) => /--spawn '(\S+)/.exec(command)?.[1]))).toEqual(
      new Set(['node', PYTHON, 'perl']),
    );
    expect(commands.filter(canRun).length).toBeGreaterThanOrEqual(hasPython ? 11 : 9);
  });
});

describe('docs/examples/conformance-action.yml', () => {
  it('makes a baseline, compares with it and leaves its reports', { timeout: 60_000 }, async () => {
    expect([inAction.length, inComment.length]).toEqual([1, 1]);
    for (const command of [...inComment, ...inAction]) expect((await runCommand(command)).code).toBe(0);
    expect(readFileSync(join(folder, 'conformance.xml'), 'utf8')).toContain('failures="0"');
    expect(readFileSync(join(folder, 'conformance.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });
});
