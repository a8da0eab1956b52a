import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockLine, logarithmicBins } from '../../src/report/blocks.ts';
import { type Canvas, columnsOf } from '../../src/report/paint.ts';
import { Progress } from '../../src/report/progress.ts';
import { type Column, formatTable } from '../../src/report/table.ts';

function canvas(width: number): Canvas {
  return { width, paint: (text) => text };
}

const columns: Column[] = [
  { title: 'name', align: 'left' },
  { title: 'rate', align: 'right' },
  { title: 'what it is', align: 'left' },
];

describe('a table', () => {
  it('has numbers at the right and words at the left, and nothing behind the last word', () => {
    const rows = [
      ['ours', '61.9 k/s', 'fast'],
      ['ws', '5', 'faster'],
    ];
    expect(formatTable(columns, rows, canvas(80))).toEqual([
      'name      rate  what it is',
      'ours  61.9 k/s  fast',
      'ws           5  faster',
    ]);
  });

  it('wraps words where it would be too wide', () => {
    expect(formatTable(columns, [['a', '1', 'one two three four']], canvas(24))).toEqual([
      'name  rate  what it is',
      'a        1  one two',
      '            three four',
    ]);
  });

  it('is a block for each row where even that is too wide', () => {
    const numbers: Column[] = ['one', 'two', 'three'].map((title) => ({ title, align: 'right' }));
    const rows = [
      ['1234567890', '1234567890', '1234567890'],
      ['1', '2', '3'],
    ];
    expect(formatTable(numbers, rows, canvas(24))).toEqual([
      'one    1234567890',
      'two    1234567890',
      'three  1234567890',
      '',
      'one    1',
      'two    2',
      'three  3',
    ]);
  });

  it('paints cells without changing where they stand', () => {
    const painted = formatTable(columns, [['a', { text: '1', style: 'red' }, 'b']], {
      width: 40,
      paint: (text, style) => (style === 'red' ? `<${text}>` : text),
    });
    expect(painted[1]).toBe('a     <   1>  b');
  });

  it('is never wider than the canvas and moves no cursor, whatever stands in it', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
        fc.integer({ min: 40, max: 120 }),
        (rows, width) => {
          for (const line of formatTable(columns, rows, canvas(width))) {
            expect(columnsOf(line)).toBeLessThanOrEqual(width);
            expect(line).not.toMatch(/\p{Cc}/u);
          }
        },
      ),
    );
  });
});

describe('a line of blocks', () => {
  it('is as high as the counts, and blank where there are none', () => {
    expect(blockLine([0, 1, 4, 8])).toBe(' ▁▄█');
    expect(blockLine([1, 1_000_000])).toBe('▁█');
    expect(blockLine([])).toBe('');
  });

  it('counts every value once, in bins that grow by the same factor', () => {
    const bins = logarithmicBins(
      [
        [1, 1],
        [10, 2],
        [100, 4],
        [1000, 8],
      ],
      3,
    );
    expect(bins.map(({ count }) => count)).toEqual([1, 2, 12]);
    expect(bins.map(({ low }) => Math.round(low))).toEqual([1, 10, 100]);
    expect(logarithmicBins([], 3)).toEqual([]);
    expect(logarithmicBins([[5, 2]], 3)).toEqual([{ low: 5, high: 5, count: 2 }]);
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 50 }), fc.integer({ min: 1, max: 99 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 60 }), (pairs, number) => {
        const sum = logarithmicBins(pairs, number).reduce((total, { count }) => total + count, 0);
        expect(sum).toBe(pairs.reduce((total, [, count]) => total + count, 0));
      }),
    );
  });
});

function progress(options: { isTTY: boolean; silent?: boolean; term?: string }): {
  progress: Progress;
  written: () => string;
  wait: (ms: number) => void;
} {
  let text = '';
  let now = 0;
  const output = {
    isTTY: options.isTTY,
    columns: 20,
    write(more: string) {
      text += more;
    },
  };
  const shown = new Progress({
    output,
    environment: options.term === undefined ? {} : { TERM: options.term },
    now: () => now,
    silent: options.silent ?? false,
  });
  return { progress: shown, written: () => text, wait: (ms) => (now += ms) };
}

describe('progress', () => {
  it('is one line on a screen, written anew over what stood there, and cut to its width', () => {
    const { progress: shown, written } = progress({ isTTY: true });
    shown.show('12345678');
    shown.show('123');
    shown.show('a line that is far too long');
    expect(written()).toBe('\r12345678\r123     \ra line that is far…');
    shown.clear();
    expect(written().endsWith(`\r${' '.repeat(19)}\r`)).toBe(true);
  });

  it('leaves the screen clean, once', () => {
    const { progress: shown, written } = progress({ isTTY: true });
    shown.clear();
    expect(written()).toBe('');
    shown.show('abc');
    shown.note('done');
    shown.clear();
    expect(written()).toBe('\rabc\r   \rdone\n');
  });

  it.each([{ isTTY: false }, { isTTY: true, term: 'dumb' }])('is a line every five seconds with %o', (where) => {
    const { progress: shown, written, wait } = progress(where);
    shown.show('one');
    wait(4999);
    shown.show('two');
    wait(1);
    shown.show('three');
    shown.note('note');
    shown.clear();
    expect(written()).toBe('one\nthree\nnote\n');
  });

  it('says nothing when silent', () => {
    const { progress: shown, written } = progress({ isTTY: true, silent: true });
    shown.show('one');
    shown.note('two');
    shown.clear();
    expect(written()).toBe('');
  });

  it('lets no control character through', () => {
    const { progress: shown, written } = progress({ isTTY: true });
    shown.show('a\x1b[2Jb\n');
    expect(written()).toBe('\ra�[2Jb�');
  });
});
