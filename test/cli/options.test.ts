import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPTION_TYPES } from '../../src/cli/option-types.ts';
import { type OptionTable, parseOptions } from '../../src/cli/options.ts';
import { nearest, quote, UsageError } from '../../src/cli/usage-error.ts';

const TABLE = {
  port: { type: 'port', default: 8080, description: 'a port' },
  name: { type: 'text', default: 'ann', description: 'a name' },
  size: { type: 'size', default: 1024, description: 'a size' },
  count: { type: 'count', default: 10, description: 'a count' },
  shape: { type: 'choice', choices: ['round', 'square'], default: 'round', description: 'a shape' },
  origin: { type: 'origin', default: 'same', description: 'origins' },
  proxies: { type: 'addresses', default: [], description: 'proxies' },
  quiet: { type: 'flag', description: 'says less' },
} as const satisfies OptionTable;

const DEFAULTS = {
  port: 8080,
  name: 'ann',
  size: 1024,
  count: 10,
  shape: 'round',
  origin: 'same',
  proxies: [],
  quiet: false,
};

describe('options', () => {
  const good: [args: string[], values: Partial<Record<keyof typeof TABLE, unknown>>][] = [
    [[], {}],
    [['--port', '0'], { port: 0 }],
    [['--port=65535'], { port: 65_535 }],
    [['--port', '1', '--port', '2'], { port: 2 }],
    [['--name', '-'], { name: '-' }],
    [['--name=--port'], { name: '--port' }],
    [['--size', '64MiB', '--quiet'], { size: 67_108_864, quiet: true }],
    [['--count', 'Infinity'], { count: Number.POSITIVE_INFINITY }],
    [['--shape', 'square'], { shape: 'square' }],
    [['--origin', 'any'], { origin: 'any' }],
    [['--proxies', '10.0.0.0/8, ::1'], { proxies: ['10.0.0.0/8', '::1'] }],
    [['--proxies', '::1', '--proxies', 'none'], {}],
    [
      ['--origin', 'https://A.example:443/, http://localhost:3000'],
      { origin: ['https://a.example', 'http://localhost:3000'] },
    ],
  ];
  it.each(good)('%j are understood', (args, values) => {
    expect(parseOptions(TABLE, args)).toEqual({ ...DEFAULTS, ...values });
  });

  const bad: [args: string[], sentence: string][] = [
    [['--port', 'http'], '--port must be a whole number from 0 to 65535, not "http"'],
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, not "65536"'],
    [['--port', '-1'], '--port must be a whole number from 0 to 65535, not "-1"'],
    [['--port', '1e3'], '--port must be a whole number from 0 to 65535, not "1e3"'],
    [['--port='], '--port must be a whole number from 0 to 65535, not ""'],
    [['--port'], '--port needs a value: a whole number from 0 to 65535'],
    [['--port', '--quiet'], '--port needs a value: a whole number from 0 to 65535'],
    [['--name', ''], '--name must be a text, not ""'],
    [['--size', '64MB'], '--size must be a size such as 64MiB, 512k, 1000 or Infinity, not "64MB"'],
    [['--count', '0'], '--count must be a whole number from 1, or Infinity, not "0"'],
    [['--shape', 'oval'], '--shape must be one of round, square, not "oval"'],
    [['--quiet=yes'], '--quiet takes no value'],
    [['--prot', '80'], 'unknown option "--prot"; did you mean --port?'],
    [['--elephant'], 'unknown option "--elephant"'],
    [['-p', '80'], 'unknown option "-p"'],
    [['--toString'], 'unknown option "--toString"'],
    [['--__proto__', '1'], 'unknown option "--__proto__"'],
    [['chat'], 'unexpected argument "chat"; only options are taken'],
    [['--', '--port'], 'unexpected argument "--port"; only options are taken'],
  ];
  it.each(bad)('%j are refused in a sentence', (args, sentence) => {
    expect(() => parseOptions(TABLE, args)).toThrow(new UsageError(sentence));
  });

  it.each([
    'example.com',
    'https://example.com/chat',
    'ftp://example.com',
    'same,any',
    'https://a.example,',
    'null',
    '*',
  ])('the origin %s is refused', (text) => {
    expect(() => parseOptions(TABLE, ['--origin', text])).toThrow(/--origin must be same, any, or origins such as/);
  });

  it.each(['proxy', '10.0.0.0/33', '::1,', ','])('the address list %s is refused', (text) => {
    expect(() => parseOptions(TABLE, ['--proxies', text])).toThrow(/--proxies must be addresses or networks such as/);
  });

  it('any arguments give values or a refusal on one line', () => {
    const words = fc.oneof(
      fc.constantFrom(...Object.keys(TABLE).map((name) => `--${name}`)),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(words), (args) => {
        try {
          expect(Object.keys(parseOptions(TABLE, args))).toEqual(Object.keys(TABLE));
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect((error as UsageError).message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        }
      }),
    );
  });
});

describe('sizes', () => {
  const { read, show } = OPTION_TYPES.size;

  const units: [unit: string, bytes: number][] = [
    ['', 1],
    ['B', 1],
    ['k', 1024],
    ['K', 1024],
    ['KiB', 1024],
    ['kib', 1024],
    ['m', 1_048_576],
    ['MiB', 1_048_576],
    ['G', 1_073_741_824],
    [' GiB', 1_073_741_824],
  ];
  it.each(units)('count whole units of "%s" as %i bytes each', (unit, bytes) => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 8191 }), (n) => read(`${n}${unit}`) === n * bytes));
  });

  it('are read back as they are shown', () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc
        .tuple(fc.integer({ min: 1, max: 8191 }), fc.constantFrom(1024, 1024 ** 2, 1024 ** 3))
        .map(([n, unit]) => n * unit),
      fc.constant(Number.POSITIVE_INFINITY),
    );
    fc.assert(fc.property(sizes, (size) => read(show(size)) === size));
    expect([show(1_048_576), show(1536), show(1000)]).toEqual(['1MiB', '1536', '1000']);
  });

  it.each([
    '',
    '0',
    '0k',
    '-1',
    '1.5MiB',
    'k',
    '1kB',
    '1MB',
    '1TiB',
    '0x10',
    '9007199254740993',
    '8388608GiB',
    'unlimited',
  ])('are not "%s"', (text) => expect(read(text)).toBeUndefined());

  it('are positive whole numbers or Infinity whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,20} ?[kmgKMG]?i?[bB]?$/)), (text) => {
        const size = read(text) ?? 1;
        expect(size > 0 && (size === Number.POSITIVE_INFINITY || Number.isSafeInteger(size))).toBe(true);
      }),
    );
  });
});

describe('words', () => {
  it('of others are quoted on one line, without control characters, and cut', () => {
    expect(quote('a"b\nc\u001b[31m\u2028\u202e')).toBe(String.raw`"a\"b\nc\u001b[31m��"`);
    expect(quote('x'.repeat(100))).toBe(`"${'x'.repeat(60)}…"`);
  });

  it('that are mistyped find the nearest one', () => {
    expect(nearest('ehco', ['chat', 'echo'])).toBe('echo');
    expect(nearest('chatt', ['chat', 'echo'])).toBe('chat');
    expect(nearest('bench', ['chat', 'echo'])).toBeUndefined();
  });
});
