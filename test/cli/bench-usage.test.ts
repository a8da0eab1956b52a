import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BENCH_OPTIONS } from '../../src/cli/bench-options.ts';
import { benchRequest, repeatLine } from '../../src/cli/bench-request.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { runHere } from './command-line.ts';

const URL = 'ws://localhost:9/';
const folder = mkdtempSync(join(tmpdir(), 'ws101-bench-'));
writeFileSync(join(folder, 'text'), 'no report\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a command line asks the library for. */
function requestOf(...args: string[]): object {
  const [operands, command]: [string[], string[]] = [[], []];
  const values = parseOptions(BENCH_OPTIONS, args, { operands, command });
  return benchRequest(values, operands, command);
}

describe('ws101 bench', () => {
  const understood: [args: string[], options: object][] = [
    [[URL], { url: URL }],
    [
      ['-c', '50', '-p', '16', '-d', '5', '-w', '2', URL],
      { url: URL, connections: 50, depth: 16, durationMs: 5000, workers: 2 },
    ],
    [['-c50', '-p16', '-d0.5', URL], { url: URL, connections: 50, depth: 16, durationMs: 500 }],
    [['-t', '2', '-R', '1000', '-T', 'a title', URL], { url: URL, timeoutMs: 2000, rate: 1000, title: 'a title' }],
    [['-W', '3', URL], { url: URL, warmupMs: 3000 }],
    [['-W', '[', '-c', '5', '-d', '4', ']', '-c', '5', URL], { url: URL, warmupMs: 4000, connections: 5 }],
    [['-W', '[', '-d', '4', ']', URL], { url: URL, warmupMs: 4000 }],
    [['--warmup=[ -d 0.5 ]', URL], { url: URL, warmupMs: 500 }],
    [
      ['-H', 'A: b', '-H', 'C=d: e', '--header', 'F:', URL],
      {
        url: URL,
        headers: [
          ['A', 'b'],
          ['C', 'd: e'],
          ['F', ''],
        ],
      },
    ],
    [['--protocol', 'a', '--protocol', 'b', URL], { url: URL, protocols: ['a', 'b'] }],
    [['--size', '64k', '--text', URL], { url: URL, source: { kind: 'size', bytes: 65_536 }, binary: false }],
    [
      ['--file', 'message.json', '--binary', URL],
      { url: URL, source: { kind: 'file', path: 'message.json' }, binary: true },
    ],
    [['--template', '{{seq}}', URL], { url: URL, source: { kind: 'template', text: '{{seq}}' } }],
    [
      ['--scenario', 'curve', '--steps', '100,200', '--slo', 'p99<5ms', URL],
      { url: URL, scenario: 'curve', steps: [100, 200], objective: 'p99<5ms' },
    ],
    [
      ['--scenario', 'slow', '--share', '10%', '--publishers', '2', URL],
      { url: URL, scenario: 'slow', share: 0.1, publishers: 2 },
    ],
    [['--scenario', 'script', '--script', 'a.js', URL], { url: URL, scenario: 'script', file: 'a.js' }],
    [
      ['--scenario', 'replay', '--recording', 'a.ndjson', '--speed', '2', URL],
      { url: URL, scenario: 'replay', file: 'a.ndjson', speed: 2 },
    ],
    [
      ['--deflate', '--insecure', '--no-calibrate', '--seed', '7', '--adapter', 'chat', URL],
      { url: URL, deflate: true, insecure: true, calibrate: false, seed: 7, adapter: 'chat' },
    ],
    [
      ['--server-pid', '5', '--runs', '7', '--pacing', 'poisson', URL],
      { url: URL, serverPid: 5, runs: 7, pacing: 'poisson' },
    ],
    [['--baseline', 'old', '--fail-on', 'regression', URL], { url: URL, baseline: 'old', failOn: 'regression' }],
    [
      [URL, '--', 'node', 'server.js', '--port', '1', '-c'],
      { url: URL, command: ['node', 'server.js', '--port', '1', '-c'] },
    ],
    [['-c', '2', URL, '--', 'node', 'a.js'], { url: URL, connections: 2, command: ['node', 'a.js'] }],
    [
      ['--compare', 'A=node "a b.js" {port}', '--compare', 'B=ws://other/', URL],
      {
        url: URL,
        variants: [
          { name: 'A', command: ['node', 'a b.js', '{port}'] },
          { name: 'B', url: 'ws://other/' },
        ],
      },
    ],
    [
      ['--compare', 'A=ws://a/', '--compare', 'B=ws://b/'],
      {
        url: 'ws://a/',
        variants: [
          { name: 'A', url: 'ws://a/' },
          { name: 'B', url: 'ws://b/' },
        ],
      },
    ],
    [['-l', '-n', '-j', URL], { url: URL }],
    [['-lnj', URL], { url: URL }],
  ];
  it.each(understood)('understands %j', (args, options) => {
    expect(requestOf(...args)).toEqual(options);
  });

  it('takes -j for --json -, and leaves the next word alone', () => {
    const values = (...args: string[]) => parseOptions(BENCH_OPTIONS, args, { operands: [] });
    expect(values('-j', URL).json).toBe('-');
    expect(values('-nj', URL)).toMatchObject({ json: '-', 'no-progress': true });
    expect(values('--json', 'out', URL).json).toBe('out');
    expect(values(URL).json).toBeUndefined();
  });

  it('writes the command line that repeats it as a shell reads it', () => {
    expect(repeatLine(['-H', 'A: b', URL, '--', 'node', 'a.js'])).toBe(`ws101 bench -H 'A: b' ${URL} -- node a.js`);
  });

  const refused: [args: string[], sentence: string][] = [
    [[], 'give the URL of the server, such as ws://localhost:8080/'],
    [['http://localhost/'], 'the URL must begin with ws: or wss:, not "http:"; a URL such as ws://localhost:8080/'],
    [['localhost'], 'the URL must be a URL such as ws://localhost:8080/, not "localhost"'],
    [
      [URL, 'ws://other/'],
      'unexpected argument "ws://other/"; give one URL, and the command that starts the server behind --',
    ],
    [['-c', '0', URL], '-c must be a whole number from 1, or Infinity, not "0"'],
    [['-c', 'Infinity', URL], '--connections must be a whole number from 1 to 1000000, not Infinity'],
    [['-c'], '-c needs a value: a whole number from 1, or Infinity'],
    [['-x', URL], 'unknown option "-x"'],
    [['--conections', '5', URL], 'unknown option "--conections"; did you mean --connections?'],
    [['-d', 'long', URL], '-d must be a number of seconds, such as 10 or 0.5, not "long"'],
    [['-d', '0', URL], '--duration (ms) must be a number from 1 to 2147483647, not 0'],
    [
      ['-W', '[', '-c', '1', '-d', '4', ']', '-c', '5', URL],
      '--warmup cannot have connections of its own (1): those that are measured warm up; leave its -c out',
    ],
    [
      ['-W', '[', '-c', '10', ']', URL],
      '--warmup cannot have connections of its own (10): those that are measured warm up; leave its -c out',
    ],
    [['-W', 'a while', URL], '--warmup must be seconds, or [ -d 3 ], not "a while"'],
    [['--size', '0', URL], '--size must be a size such as 64MiB, 512k, 1000 or Infinity, not "0"'],
    [['--size', '4', '--file', 'x', URL], '--size and --file exclude each other; give one of them'],
    [['--text', '--binary', URL], '--binary and --text exclude each other; give one of them'],
    [['--script', 'a', '--recording', 'b', URL], '--script and --recording exclude each other; give one of them'],
    [['--share', '110%', URL], '--share must be a share such as 0.1 or 10%, not "110%"'],
    [['--pacing', 'odd', URL], '--pacing must be one of even, poisson, not "odd"'],
    [
      ['--slo', 'fast', URL],
      '--slo must be a metric, < or >, and a number with its unit, such as p99<5ms or messages/s>100000, not "fast"',
    ],
    [['-H', 'nothing', URL], '--header must be "NAME: VALUE", not "nothing"'],
    [
      ['-H', 'a: b\nc', URL],
      '--header[0] must be a name and a value as they may stand in a request, not ["a","b\\nc"]',
    ],
    [['--compare', 'node a.js', URL], '--compare must be NAME=COMMAND or NAME=ws://URL, not "node a.js"'],
    [['--compare', 'A="node', URL], '--compare A: the command "\\"node" has a quote that is not closed'],
    [['--compare', 'A=a', '--compare', 'A=b', URL], '--compare must have different names'],
    [['--compare', 'A=a', URL, '--', 'b'], 'command is for a bench without variants; each variant has its own'],
    [['--fail-on', 'regression', URL], '--fail-on regression needs a --baseline to compare with'],
    [['--fail-on', 'anything', URL], '--fail-on must be one of regression, not "anything"'],
    [
      ['--html', join(folder, 'no', 'such', 'file'), URL],
      `--html ${JSON.stringify(join(folder, 'no', 'such', 'file'))} cannot be written; check that the folder is there and permits it`,
    ],
    [['--json', folder, URL], `--json ${JSON.stringify(folder)} is a directory; name a file in it`],
    [
      ['--baseline', join(folder, 'text'), URL],
      `the baseline ${JSON.stringify(join(folder, 'text'))} cannot be used: line 1 is no JSON`,
    ],
  ];
  it.each(refused)('%j is one line on standard error and exit code 2', async (args, sentence) => {
    expect(await runHere('bench', ...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `ws101 bench: ${sentence} (see ws101 bench --help)\n`,
    });
  });

  it('names every scenario when there is none of that name', async () => {
    const { code, stderr } = await runHere('bench', '--scenario', 'ecoh', URL);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ws101 bench: --scenario must be one of echo, .*open.*, not "ecoh" \(see [^\n]*\)\n$/);
  });

  it('tells in its help of every scenario, with an example, and of the exit codes', async () => {
    const { stdout } = await runHere('bench', '--help');
    for (const name of ['echo', 'open', 'curve', 'fanout', 'chat', 'large', 'deflate'])
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\S[^]*?^ +ws101 bench --scenario ${name} .*ws://`, 'm'));
    expect(stdout).toContain('Exit codes: 0 fine, 2 usage, 3 wrong data, 4 invalid run');
    expect(stdout).toMatch(/^ {2}-c, --connections N /m);
  });
});
