import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineInspect } from '../../src/cli/inspect.ts';
import { MOST_BYTES } from '../../src/cli/inspect-input.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { columnsOf } from '../../src/report/paint.ts';
import { hex, toHex } from '../support/wire.ts';
import { runHere, start } from './command-line.ts';

const HELLO = '818537fa213d7f9f4d5158';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ws101-inspect-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly environment?: Record<string, string>;
  readonly stdin?: readonly (Uint8Array | string)[];
  readonly stdinIsTTY?: boolean;
}

async function inspect(args: string[], screen: Screen = {}): Promise<{ code: number; output: string }> {
  const { environment = {}, stdin = [], stdinIsTTY = false, ...rest } = screen;
  let output = '';
  const input = Object.assign(Readable.from(stdin), { isTTY: stdinIsTTY });
  const code = await defineInspect(input, environment).run(args, {
    stdout: { write: (text) => (output += text), ...rest },
    stderr: { write: () => expect.unreachable() },
  });
  return { code, output };
}

async function refusal(args: string[], screen?: Screen): Promise<string> {
  const error = await inspect(args, screen).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('ws101 inspect', () => {
  it('explains the masked Hello of RFC 6455 §5.7', async () => {
    const { code, output } = await inspect([HELLO], { columns: 80 });
    expect(code).toBe(0);
    expect(output).toBe(`\
frame 1  text, 5 bytes, masked                                     bytes 0 to 10
     0  81 85                                                      RFC 6455 §5.2
        ┌─────┬─────┬───────────┬──────┬────────────────┐
        │ FIN │ RSV │ opcode    │ MASK │ payload length │
        │ 1   │ 000 │ 0001 text │ 1    │ 0000101 = 5    │
        └─────┴─────┴───────────┴──────┴────────────────┘
        the last frame of its message; a message of UTF-8 text; masked, as every
        frame from a client
     2  37 fa 21 3d               masking key                      RFC 6455 §5.3
                                  payload byte i XOR key byte i modulo 4
     6  7f 9f 4d 51 58            text "Hello"                     RFC 6455 §5.6
                                  unmasked: 48 65 6c 6c 6f

✓ 11 bytes, 1 frame: every rule is kept
`);
  });

  it('marks a broken rule with its section and ends with exit code 1', async () => {
    const { code, output } = await inspect(['830161']);
    expect(code).toBe(1);
    expect(output).toContain('✗ RFC 6455 §5.2, reserved-opcode: no agreed extension');
    expect(output).toMatch(/\n✗ 3 bytes, 1 frame: reserved-opcode, RFC 6455 §5\.2\n$/);
    expect((await inspect(['8100', '--role', 'server'])).output).toContain('✗ RFC 6455 §5.1, mask-missing');
  });

  it('says what is missing', async () => {
    const { code, output } = await inspect(['8105', '48']);
    expect(code).toBe(0);
    expect(output).toContain('… 4 bytes of the payload are missing');
    expect(output).toMatch(/\n… 3 bytes, 1 frame: legal as far as it goes\n$/);
  });

  it('explains a head line by line', async () => {
    const path = file('head.bin', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\nrest');
    const { code, output } = await inspect([path]);
    expect(code).toBe(1);
    expect(output).toContain('\n    16  Host: a\\r\\n\n');
    expect(output).toContain('✗ RFC 6455 §4.2.1, connection-token');
    expect(output).toContain('→ to be refused with status 426');
    expect(output).toContain('not looked at');
  });

  it('breaks a line of a head that is longer than the screen', async () => {
    const path = file('long.bin', `GET /${'a'.repeat(60)} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const { output } = await inspect([path], { columns: 50 });
    expect(output).toContain(`\n     0  GET /${'a'.repeat(37)}\n        ${'a'.repeat(23)} HTTP/1.1\\r\\n\n`);
  });

  it('takes RSV1 for compression when told so', async () => {
    expect((await inspect(['c100'])).code).toBe(1);
    expect((await inspect(['c100', '--deflate'])).code).toBe(0);
  });

  it('hides the middle of a long payload', async () => {
    const { output } = await inspect([`8264${'00'.repeat(100)}`]);
    expect(output).toContain('… 68 more bytes');
    expect(output.split('\n').length).toBeLessThan(20);
    expect((await inspect([`8221${'00'.repeat(33)}`])).output).toContain('… 1 more byte\n');
  });

  it('stops when nobody reads any more', async () => {
    const path = file('pings', '8900'.repeat(5000));
    for (const args of [[path], [path, '--json']]) {
      let written = 0;
      const stdout = Object.assign(new EventEmitter(), {
        write: () => ++written === 300 && stdout.emit('error', new Error('EPIPE')),
      });
      await defineInspect(Readable.from([]), {}).run(args, { stdout, stderr: stdout });
      expect(written).toBeGreaterThanOrEqual(300);
      expect(written).toBeLessThan(1000);
    }
  });

  it('prints one JSON object for each part with --json', async () => {
    const { code, output } = await inspect(['8101ff', '8100', '--json']);
    expect(code).toBe(1);
    const parts = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(parts.map(({ kind, wire, payload }) => [kind, wire, payload])).toEqual([
      ['frame', '8101ff', 'ff'],
      ['unread', '8100', undefined],
    ]);
    expect(parts[0].spans.at(-1)).toMatchObject({ offset: 16, bits: 8, violation: { code: 'text-not-utf8' } });
  });
});

describe('the input of ws101 inspect', () => {
  const both = async (args: string[], screen?: Screen): Promise<string> =>
    (await inspect([...args, '--json'], screen)).output;

  it('may be written in any of the usual ways', async () => {
    const expected = await both([HELLO]);
    expect(await both(['81 85 37 FA 21 3D', '7f 9f 4d 51 58'])).toBe(expected);
    expect(await both(['0x81, 0x85, 0x37fa213d', '7f:9f:4d:51:58'])).toBe(expected);
    expect(await both([file('hello.bin', hex(HELLO))])).toBe(expected);
    expect(await both([file('hello.hex', `${HELLO.toUpperCase()}\n`)])).toBe(expected);
    expect(await both(['-'], { stdin: [hex(HELLO)] })).toBe(expected);
    expect(await both([], { stdin: [HELLO.slice(0, 5), HELLO.slice(5)] })).toBe(expected);
    expect(await both(['--input', 'raw', file('raw', hex(HELLO))])).toBe(expected);
    expect(await both(['--input=hex', file('hello2.hex', '8100').replace(/.*/, '81 00')])).toBe(await both(['8100']));
  });

  it('may be told apart where it could be both', async () => {
    const path = file('digits', '8100');
    expect(JSON.parse(await both([path])).wire).toBe('8100');
    expect(JSON.parse((await both(['--input', 'raw', path])).split('\n')[0] ?? '').wire).toMatch(/^3831/);
  });

  const refused: [args: string[], sentence: RegExp, stdin?: string[]][] = [
    [['8'], /^1 is an odd number of hexadecimal digits; each byte takes two$/],
    [['81 0', '0 8'], /^5 is an odd/],
    [[''], /^there are no hexadecimal digits/],
    [['81zz'], /^"81zz" is neither hexadecimal nor a file that is there$/],
    [['81', 'zz'], /^"81 zz" is not hexadecimal; a file is given alone$/],
    [['--input', 'hex', '81zz'], /^"z" is no hexadecimal digit/],
    [['--input', 'raw', ''], /^the name of a file is empty/],
    [['no\0such'], /is neither hexadecimal nor a file/],
    [['/'], /^"\/" is a directory/],
    [['-'], /^standard input is empty; there is nothing to explain$/],
    [['-'], /^there are no hexadecimal digits/, [' \n']],
    [['-'], /^3 is an odd number/, ['810']],
  ];
  it.each(refused)('is refused with what to do: %j', async (args, sentence, stdin = []) => {
    const message = await refusal(args, { stdin });
    expect(message).toMatch(sentence);
    expect(message).not.toContain('\n');
  });

  it('is asked for when there is none and nobody pipes any', async () => {
    expect(await refusal([], { stdinIsTTY: true })).toMatch(/^give hexadecimal digits, a file, or -/);
  });

  it('may have a MiB and no byte more, wherever it comes from', async () => {
    // A close frame first, so that one part stands for the rest.
    const most = new Uint8Array(MOST_BYTES).fill(0);
    most.set(hex('8800'));
    expect((await inspect([file('most', most)])).code).toBe(0);
    const tooMany = new Uint8Array(MOST_BYTES + 1);
    expect(await refusal([file('more', tooMany)])).toMatch(/^there are 1048577 bytes; at most 1048576 are explained/);
    expect(await refusal(['--input', 'hex', toHex(tooMany)])).toMatch(/^there are 1048577 bytes/);
    const huge = new Uint8Array(10_000_000);
    expect(await refusal([file('huge', huge)])).toMatch(/holds more than 1048576 bytes/);
    expect(await refusal(['-'], { stdin: [huge] })).toMatch(/^standard input holds more than 1048576 bytes/);
  });

  it('is refused in one line with exit code 2 on the command line', async () => {
    expect(await runHere('inspect', '8')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'ws101 inspect: 1 is an odd number of hexadecimal digits; each byte takes two (see ws101 inspect --help)\n',
    });
    const { code, stdout, stderr } = await start('inspect', HELLO).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('text "Hello"');
  });
});

describe('the screen of ws101 inspect', () => {
  // The only escape sequences are those of the colours themselves.
  const hasColours = (text: string): boolean => stripVTControlCharacters(text) !== text;

  it('gets colours when it is one and nobody objects', async () => {
    const plain = (await inspect(['830161'], { columns: 80 })).output;
    expect(hasColours(plain)).toBe(false);
    const coloured = (await inspect(['830161'], { columns: 80, isTTY: true })).output;
    expect(hasColours(coloured)).toBe(true);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await inspect(['830161'], { columns: 80, isTTY: true, environment })).output).toBe(plain);
    }
    expect((await inspect(['830161'], { columns: 80, isTTY: true, environment: { NO_COLOR: '' } })).output).toBe(
      coloured,
    );
  });

  it('is never written beyond its edge, and gets no control character of the input', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 30 }).map((text) => {
        const payload = Buffer.from(text.slice(0, 30));
        return Uint8Array.of(0x81, Math.min(125, payload.length), ...payload);
      }),
      fc.string({ maxLength: 60 }).map((text) => new Uint8Array(Buffer.from(`GET /${text} HTTP/1.1\r\n${text}`))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 40, max: 130 }), async (input, columns) => {
        const { output } = await inspect([Buffer.from(input).toString('hex')], { columns });
        for (const line of output.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 300 },
    );
  });
});
