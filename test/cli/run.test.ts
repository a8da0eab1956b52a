import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleLines } from '../../src/cli/help.ts';
import { explainListenError } from '../../src/cli/listen-error.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { loadCommands } from '../../src/cli/run.ts';
import { authorityOf } from '../../src/cli/serve.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { runHere } from './command-line.ts';

const COMMANDS = await loadCommands();

/** The words of a command line, which are in quotes where they hold blanks. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|[^" ])+/g)].map(([word]) => word.replaceAll('"', ''));
}

describe('help', () => {
  it.each([[], ['--help'], ['-h']])('of ws101 %s lists every command', async (...args) => {
    const { code, stdout, stderr } = await runHere(...args);
    expect([code, stderr]).toEqual([0, '']);
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  });

  it.each(COMMANDS)(
    'of ws101 $name lists every option, and examples that can be followed',
    async ({ name, options, operands }) => {
      const { code, stdout, stderr } = await runHere(name, '--port', 'nonsense', '--help');
      expect([code, stderr]).toEqual([0, '']);
      for (const option of Object.keys(options))
        expect(stdout).toMatch(new RegExp(`^  (?:-\\w, )?--${option}\\b`, 'm'));
      const examples = exampleLines(name, options, operands);
      expect(examples.length).toBeGreaterThan(2);
      for (const example of examples) {
        expect(stdout).toContain(`\n  ${example}\n`);
        const rest = { operands: operands && [], command: operands?.command && [] };
        expect(() => parseOptions(options, wordsOf(example).slice(2), rest)).not.toThrow();
      }
    },
  );

  it.each(COMMANDS)('of ws101 $name is plain text that fits a terminal', async ({ name }) => {
    const { stdout } = await runHere(name, '-h');
    expect(stdout).toMatch(/^[ -~\n]+$/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it('shows the defaults', async () => {
    const { stdout } = await runHere('chat', '--help');
    expect(stdout).toMatch(/--port PORT .*\(default: 8080\)/);
    expect(stdout).toMatch(/--max-message SIZE .*\(default: 1MiB\)/);
    expect(stdout).toMatch(/--origin same\|any\|URL .*\(default: same\)/);
    expect(stdout).toMatch(/--connections-per-address N .*\(default: 100\)/);
    expect(stdout).toMatch(/--handshakes-per-address N .*\(default: 20\)/);
    expect(stdout).toMatch(/--trusted-proxies LIST .*\(default: none\)/);
    expect((await runHere('echo', '--help')).stdout).toMatch(/--origin same\|any\|URL .*\(default: any\)/);
  });
});

it('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await runHere('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

const NAMES = COMMANDS.map(({ name }) => name).join(', ');

describe('what cannot be followed', () => {
  const refused: [args: string[], line: string][] = [
    [['shout'], `ws101: unknown command "shout"; there are ${NAMES} (see ws101 --help)`],
    [['ehco'], 'ws101: unknown command "ehco"; did you mean echo? (see ws101 --help)'],
    [['no\nsuch'], String.raw`ws101: unknown command "no\nsuch"; there are ${NAMES} (see ws101 --help)`],
    [['--port', '1'], `ws101: unknown option "--port"; a command comes first: ${NAMES} (see ws101 --help)`],
    [['chat', '--prot', '1'], 'ws101 chat: unknown option "--prot"; did you mean --port? (see ws101 chat --help)'],
    [
      ['echo', '--port', 'x'],
      'ws101 echo: --port must be a whole number from 0 to 65535, not "x" (see ws101 echo --help)',
    ],
    [['echo', '8080'], 'ws101 echo: unexpected argument "8080"; only options are taken (see ws101 echo --help)'],
    [
      ['chat', '--max-connections'],
      'ws101 chat: --max-connections needs a value: a whole number from 1, or Infinity (see ws101 chat --help)',
    ],
  ];
  it.each(refused)('%j is one line on standard error and exit code 2', async (args, line) => {
    expect(await runHere(...args)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
  });
});

describe('listening', () => {
  it.each(['EADDRINUSE', 'EACCES', 'EPERM', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'ENOTFOUND', 'EAI_AGAIN'])(
    'that the system refuses with %s is explained with a remedy',
    (code) => {
      const explained = explainListenError(Object.assign(new Error(code), { code }), { host: 'here', port: 80 });
      expect(explained).toBeInstanceOf(UsageError);
      expect(String(explained)).toMatch(/--(?:port|host)/);
    },
  );

  it('leaves other errors as they are', () => {
    for (const error of [new Error('other'), Object.assign(new Error('full'), { code: 'ENFILE' }), 'text']) {
      expect(explainListenError(error, { host: 'here', port: 80 })).toBe(error);
    }
  });

  it('is announced with brackets around an IPv6 address', () => {
    expect(authorityOf('::1', 80)).toBe('[::1]:80');
    expect(authorityOf('localhost', 8080)).toBe('localhost:8080');
  });
});
