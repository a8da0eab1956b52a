import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChoices } from '../../bench/choices.ts';
import { blocksOf } from '../../scripts/site/markdown.ts';
import { PATIENCE } from '../bench/run/own-echo.ts';
import { connectByHand } from '../cli/by-hand.ts';
import { endAll, type Outcome, type Running, runHere, start } from '../cli/command-line.ts';
import { commandLines, wordsOf } from './command-lines.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (page: string): string => readFileSync(new URL(page, new URL('../../', import.meta.url)), 'utf8');

/** The lines of the block of a page that begins so. */
function linesOf(page: string, starts: string): string[] {
  const found = blocksOf(read(page)).find(({ code }) => code.startsWith(starts));
  return found?.code.trimEnd().split('\n') ?? [];
}

/** The arguments that follow `npm run NAME --` in the lines of a block. */
function argumentsOf(lines: readonly string[], name: string): string[][] {
  return lines.flatMap((line) => {
    const [npm, run, script, dashes, ...args] = wordsOf(line);
    return npm === 'npm' && run === 'run' && script === name && dashes === '--' ? [args] : [];
  });
}

/** Runs a program of the repository until it ends. */
async function runScript(...args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = await once(child, 'close');
  return { code: code as number | null, stdout, stderr };
}

/** Load for moments instead of half a minute. */
const BRIEF = ['-d', '0.3', '-W', '0.1', '-t', '1', '--no-calibrate'];

describe('the commands of README.md', PATIENCE, () => {
  const block = linesOf('README.md', 'node dist/cli/main.js chat').join('\n');
  const [CHAT = [], ...OTHERS] = commandLines(`\`\`\`sh\n${block}\n\`\`\`\n`).map(wordsOf);
  let chat: Running;

  beforeAll(() => {
    chat = start(...CHAT, '--port', '0', '--host', '127.0.0.1');
  });
  afterAll(endAll);

  const atChat = async (words: readonly string[] | undefined): Promise<string[]> => {
    const port = await chat.port;
    return (words ?? []).map((word) => word.replace('localhost:8080', `127.0.0.1:${port}`));
  };
  const wordsFor = (name: string): string[] | undefined => OTHERS.find((words) => words[0] === name);

  it('are these, and what each does is seen here', () => {
    expect([CHAT[0], ...OTHERS.map(([name]) => name)]).toEqual(['chat', 'connect', 'bench', 'conform', 'inspect']);
  });

  it('start the chat, and talk to its echo', async () => {
    const [, ...args] = await atChat(wordsFor('connect'));
    expect(await connectByHand(args, { input: 'hello\n' })).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  it('measure it', async () => {
    const { stdout } = await runHere(...(await atChat(wordsFor('bench'))).concat(BRIEF));
    expect(stdout).toMatch(/^messages\/s +\d/m);
  });

  it('try cases on it', async () => {
    const { code, stdout } = await runHere(...(await atChat(wordsFor('conform'))), '--no-progress', '--cases', '1.*');
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/: passes\n$/);
  });

  it('explain bytes', async () => {
    const { code, stdout } = await runHere(...(wordsFor('inspect') ?? []));
    expect(code).toBe(0);
    expect(stdout).toContain('text "Hello"');
  });

  it('load the same server by autocannon', async () => {
    const [line = ''] = linesOf('README.md', 'npx autocannon');
    const [, , ...args] = await atChat(wordsOf(line));
    const brief = args.map((arg, i) => (args[i - 1] === '-d' ? '1' : arg));
    const { code, stderr } = await runScript('node_modules/autocannon/autocannon.js', ...brief, '--no-progress');
    expect(code).toBe(0);
    expect(stderr).toMatch(/ requests in [\d.]+s/);
  });
});

describe('the commands of docs/benchmarks.md', () => {
  it('have options that npm run bench takes', () => {
    const given = argumentsOf(linesOf('docs/benchmarks.md', 'npm ci'), 'bench');
    expect(given.map((args) => readChoices(args))).toEqual([
      expect.objectContaining({ resume: true }),
      expect.objectContaining({ rows: [expect.anything(), expect.anything()] }),
      'help',
    ]);
  });
});

describe('the commands of docs/assurance.md', PATIENCE, () => {
  it('run one input of the fuzzer again', async () => {
    const given = argumentsOf(linesOf('docs/assurance.md', 'npm run fuzz'), 'fuzz');
    const [again] = given.filter((args) => args.includes('--input') && !args.includes('--keep'));
    expect(again).toBeDefined();
    const { code, stderr } = await runScript('--import', 'tsx', 'test/fuzz/main.ts', ...(again ?? []));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('give the fuzzer options that it has', async () => {
    const { stdout } = await runScript('--import', 'tsx', 'test/fuzz/main.ts', '--help');
    const given = argumentsOf(linesOf('docs/assurance.md', 'npm run fuzz'), 'fuzz').flat();
    for (const option of given.filter((arg) => arg.startsWith('--'))) expect(stdout).toContain(`${option} `);
  });

  it('simulate one seed, with its trace', async () => {
    const given = argumentsOf(linesOf('docs/assurance.md', 'npm run simulate'), 'simulate');
    const [one] = given.filter((args) => !args.includes('--seeds'));
    expect(one).toBeDefined();
    const { code, stdout } = await runScript('--import', 'tsx', 'test/simulation/main.ts', ...(one ?? []));
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/\ntrace hash \S+\n$/);
  });
});
