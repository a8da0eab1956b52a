import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { connectByHand, type Hand, startByHand } from '../cli/by-hand.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';

leaveNothingBehind();

const PAGE = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const BLOCKS = [...PAGE.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');

let background: Hand | undefined;
afterEach(async () => {
  background?.closeOutput();
  await background?.ended;
  background = undefined;
});

interface Step {
  readonly command: string;
  readonly printed: readonly string[];
}

/** The commands of a block, each with the lines that it is said to print. */
function stepsOf(block: string): Step[] {
  const steps: { command: string; printed: string[] }[] = [];
  for (const line of block.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), printed: [] });
    else steps.at(-1)?.printed.push(line);
  }
  return steps;
}

/** The words of a command, and what stands before its pipe. */
function parse(command: string): { words: string[]; input: string } {
  const [, format = '', rest = command] = /^printf '([^']*)' \| (.*)$/.exec(command) ?? [];
  const input = format.replaceAll('\\n', '\n').replaceAll('\\033', '\u001b');
  const words = [...rest.matchAll(/(?:'[^']*'|[^' ])+/g)].map(([word]) => word.replaceAll("'", ''));
  return { words, input };
}

/** Lines as a pattern: `…` stands for any others. */
function patternOf(lines: readonly string[]): RegExp {
  const parts = lines.map((line) =>
    line === '…'
      ? '(?:.*\\n)*'
      : `${line
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replace('…', '.*')
          .replace(/^(HTTP re\w+)$/, '$1 .*')}\\n`,
  );
  return new RegExp(`^${parts.join('')}$`);
}

async function play(steps: readonly Step[], port: number): Promise<void> {
  let code: number | null = 0;
  let at = port;
  for (const { command, printed } of steps) {
    if (command === 'echo $?') {
      expect(String(code)).toBe(printed.join());
      continue;
    }
    const { words, input } = parse(command.replaceAll('localhost:8080', `localhost:${at}`));
    const [program, name, ...args] = words;
    expect(program).toBe('ws101');
    if (args.at(-1) === '&') {
      background = startByHand('listen', [...words.slice(2, words.indexOf(input === '' ? '<' : '&')), '--port', '0']);
      if (input !== '') Readable.from([input]).pipe(background.stdin);
      const [line, found] = await background.printed(/^.*localhost:(\d+).*\n/);
      at = Number(found);
      expect(line.replace(`:${at}`, ':8080')).toBe(`${printed.join('\n')}\n`);
      continue;
    }
    expect(name).toBe('connect');
    const outcome = await connectByHand(args, { input });
    code = outcome.code;
    const stderr = outcome.stderr.replace(/^mistake: (.*)\n$/, 'ws101 connect: $1 (see ws101 connect --help)\n');
    expect((outcome.stdout + stderr).replaceAll(`:${at}`, ':8080')).toMatch(patternOf(printed));
  }
}

describe('the commands of docs/cli.md', () => {
  it('are there', () => {
    expect(BLOCKS.length).toBeGreaterThan(10);
    expect(BLOCKS.flatMap(stepsOf).length).toBeGreaterThan(25);
  });

  it.each(BLOCKS.map((block) => [block.split('\n')[0] ?? '', block]))(
    'print what the page says: %s',
    async (_first, block) => {
      const { port } = await startServer(
        (server) => server.route('/ws', { message: (connection, data) => connection.send(data) }),
        { origin: 'any' },
      );
      await play(stepsOf(block), port);
    },
  );
});
