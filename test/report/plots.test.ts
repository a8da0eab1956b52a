import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotPlot } from '../../src/report/dot-plot.ts';
import { loadPlot } from '../../src/report/load-plot.ts';
import { element, escapeMarkup, Markup } from '../../src/report/markup.ts';
import { htmlPage, pageFigure, pageTable } from '../../src/report/page.ts';
import { percentilePlot, valueAt } from '../../src/report/percentile-plot.ts';
import { type Plot, svgFile } from '../../src/report/plot.ts';
import { PLOT_STYLE, THEME } from '../../src/report/plot-style.ts';
import { SERIES_COLOURS, seriesDash, seriesMarker } from '../../src/report/series.ts';
import { fitLine, slopePlot } from '../../src/report/slope-plot.ts';
import { timePlot } from '../../src/report/time-plot.ts';

const EVIL = `<script>alert("1")</script> & 'x' \u0000\ud800`;

/** The names of elements that are open at some point, in order; throws where tags do not match. */
function elementsOf(markup: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, end, name = '', attributes = ''] of markup.matchAll(/<(\/?)([a-z0-9]+)((?:\s[^<>]*)?)>/gi)) {
    if (end === '/') expect(open.pop()).toBe(name);
    else {
      seen.push(name);
      expect(attributes.replace(/ [a-zA-Z][a-zA-Z0-9-]*="[^"<>]*"/g, '')).toBe('');
      if (!/^(?:meta|br)$/.test(name)) open.push(name);
    }
  }
  expect(open).toEqual([]);
  return seen;
}

describe('markup', () => {
  it('escapes what stands in texts and attributes, and replaces what XML does not allow', () => {
    expect(element('p', { title: EVIL, id: undefined }, EVIL, 1, undefined, ['a', element('br')]).text).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; ��">' +
        '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; ��1a<br></p>',
    );
  });

  it('keeps any text within the element, and gives it back when it is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeMarkup(text);
        expect(escaped).not.toMatch(/[<>"']/);
        const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
        const back = escaped.replace(/&([^;]+);/g, (_, name: string) => named[name] ?? '');
        expect(back.replaceAll('\ufffd', '')).toBe(
          text.replace(/[^\t\n\r\u{20}-\u{10ffff}]|[\ud800-\udfff\ufffd-\uffff]/gu, ''),
        );
      }),
    );
  });

  it('rounds coordinates to what can be seen', () => {
    expect(element('rect', { x: 1 / 3, y: 2 }).text).toBe('<rect x="0.33" y="2"></rect>');
  });
});

const names = [
  'ours',
  EVIL,
  'a name that is much longer than there can be room for on any screen, however wide it may be',
];
const plots: [name: string, plot: Plot][] = [
  [
    'percentiles',
    percentilePlot({
      title: EVIL,
      what: 'latency',
      series: names.map((name, i) => ({
        name,
        points: [
          [0, 1e5],
          [0.5, 2e5 * (i + 1)],
          [0.99, 9e6],
        ],
        runs: [[[0, 1e5]], []],
      })),
    }),
  ],
  [
    'load',
    loadPlot({
      title: EVIL,
      what: 'p99 latency',
      series: names.map((name) => ({
        name,
        knee: 1000,
        points: [
          {
            rate: 1000,
            latencyNs: 1e6,
            runs: [
              { rate: 900, latencyNs: 1e6 },
              { rate: 1100, latencyNs: Number.NaN },
            ],
          },
          { rate: 2000, latencyNs: 9e6 },
        ],
      })),
      objective: { text: 'p99<5ms', latencyNs: 5e6 },
    }),
  ],
  [
    'time',
    timePlot({
      title: EVIL,
      what: 'p99 latency',
      unit: 'ns',
      series: names.map((name, i) => ({
        name,
        values: [1e6, Number.NaN, 3e6 * (i + 1), 1e6],
        runs: [[1e6], [], [1e6, Number.NaN, 9e6]],
      })),
    }),
  ],
  [
    'dots',
    dotPlot({
      title: EVIL,
      unit: 'ratio',
      rows: names.map((name, series) => ({
        name,
        series,
        values: [0.9, 1.1],
        median: 1,
        low: 0.95,
        high: 1.05,
        says: 'worse',
      })),
      band: { centre: 1, low: 0.97, high: 1.03, text: '±3 %' },
    }),
  ],
  [
    'slope',
    slopePlot({
      title: EVIL,
      of: 'connections',
      per: 'connection',
      what: 'memory',
      unit: 'bytes',
      series: names.map((name) => ({
        name,
        points: [
          [1000, 1e7],
          [2000, 2e7],
        ],
      })),
    }),
  ],
];
const empty: [name: string, plot: Plot][] = [
  ['percentiles', percentilePlot({ title: '', what: '', series: [{ name: 'a', points: [] }] })],
  ['time', timePlot({ title: '', what: '', unit: '1/s', series: [{ name: 'a', values: [] }] })],
  ['one second', timePlot({ title: '', what: '', unit: '1/s', series: [{ name: 'a', values: [1] }] })],
  ['load', loadPlot({ title: '', what: '', series: [] })],
  [
    'dots',
    dotPlot({
      title: '',
      unit: 'ns',
      rows: [{ name: 'a', series: 0, values: [], median: Number.NaN, low: Number.NaN, high: Number.NaN }],
    }),
  ],
  [
    'slope',
    slopePlot({ title: '', of: '', per: '', what: '', unit: 'bytes', series: [{ name: 'a', points: [[1, 1]] }] }),
  ],
];

describe('a plot', () => {
  it.each(plots)('is well formed, says what it is, and holds no text of others as markup: %s', (_name, plot) => {
    for (const width of [314, 760, 888]) {
      const svg = svgFile(plot, width);
      const seen = elementsOf(svg);
      expect(seen.slice(0, 3)).toEqual(['svg', 'title', 'desc']);
      expect(seen).not.toContain('script');
      expect(svg).toContain('role="img" aria-labelledby="plot-title plot-description"');
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it.each(empty)('of nothing is drawn without numbers that are none: %s', (_name, plot) => {
    expect(svgFile(plot)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it.each(plots)('draws nothing outside of itself: %s', (_name, plot) => {
    for (const width of [314, 888]) {
      const svg = svgFile(plot, width);
      const height = Number(/ height="(\d+)"/.exec(svg)?.[1]);
      for (const [, key = '', value] of svg.matchAll(/ (x|y|cx|cy|x1|x2|y1|y2)="(-?[\d.]+)"/g)) {
        expect(Number(value), key).toBeGreaterThanOrEqual(0);
        expect(Number(value), key).toBeLessThanOrEqual(key.includes('x') ? width : height);
      }
    }
  });

  it('tells the same in words: the table has a row for each point', () => {
    const [percentiles, load, time, dots, slope] = plots.map(([, { table }]) => table);
    expect(percentiles?.columns).toEqual(['', 'p50', 'p90', 'p99']);
    expect(percentiles?.rows[0]).toEqual(['ours', '200 µs', '7.38 ms', '9 ms']);
    expect(load?.rows.slice(0, 2)).toEqual([
      ['ours', '1 k/s', '1 ms', 'knee'],
      ['ours', '2 k/s', '9 ms', 'missed'],
    ]);
    expect(time?.rows[0]).toEqual(['ours', '1 ms', '—', '3 ms', '1 ms']);
    expect(dots?.rows[0]).toEqual(['ours', '1.00', '[0.95, 1.05]', '0.90, 1.10', 'worse']);
    expect(slope?.rows[2]).toEqual(['ours', 'slope', '9.77 KiB per connection']);
  });

  it('finds the value at a share between two points, and none beyond them', () => {
    const points = [
      [0, 10],
      [0.5, 20],
      [0.9, 60],
    ] as const;
    expect([0, 0.25, 0.5, 0.7].map((share) => valueAt(points, share))).toEqual([10, 15, 20, expect.closeTo(40)]);
    expect(valueAt(points, 0.99)).toBeNaN();
  });

  it('fits the line that points were taken from', () => {
    const line = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1e6, max: 1e6 }));
    fc.assert(
      fc.property(
        line,
        fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 2 }),
        ([slope, intercept], xs) => {
          const fitted = fitLine(xs.map((x) => [x, intercept + slope * x]));
          expect(fitted.slope).toBeCloseTo(slope, 4);
          expect(fitted.intercept).toBeCloseTo(intercept, 0);
        },
      ),
    );
    expect(fitLine([[1, 1]]).slope).toBeNaN();
  });

  it('tells 36 series apart without colour: by dash and marker', () => {
    const shape = (series: number): string => seriesMarker(series, 0, 0).text + (seriesDash(series) ?? '');
    expect(new Set(Array.from({ length: 36 }, (_, series) => shape(series))).size).toBe(36);
  });
});

describe('a plot of the time', () => {
  it('has no more columns of seconds than can be read, evenly spread, up to the last', () => {
    const values = Array.from({ length: 65 }, (_, second) => second);
    const { table } = timePlot({ title: '', what: 'rate', unit: '1/s', series: [{ name: 'a', values }] });
    expect(table.columns).toEqual(['', '7 s', '14 s', '21 s', '28 s', '35 s', '42 s', '49 s', '56 s', '63 s', '65 s']);
    expect(table.rows).toEqual([['a', '6/s', '13/s', '20/s', '27/s', '34/s', '41/s', '48/s', '55/s', '62/s', '64/s']]);
  });
});

describe('the colours', () => {
  const luminance = (hex: string): number => {
    const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light = '', dark = ''] = THEME.split('@media');

  it.each([
    ['light', light],
    ['dark', dark],
  ])('of texts and series have a contrast of 4.5 to 1 at least on %s screens', (_name, theme) => {
    const colours = new Map(
      [...theme.matchAll(/--([a-z0-9]+):(#[0-9a-f]+)/g)].map(([, name = '', hex = '']) => [name, hex]),
    );
    const paper = luminance(colours.get('paper') ?? '');
    const texts = ['ink', 'dim', 'good', 'warn', 'bad', ...Array.from({ length: SERIES_COLOURS }, (_, i) => `s${i}`)];
    for (const name of texts) {
      const [less = 0, more = 0] = [paper, luminance(colours.get(name) ?? '')].sort((a, b) => a - b);
      expect((more + 0.05) / (less + 0.05), name).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('of every series are in the style', () => {
    for (let series = 0; series < SERIES_COLOURS; series++) expect(PLOT_STYLE).toContain(`.s${series}{color:`);
  });
});

describe('a page', () => {
  const page = htmlPage(
    EVIL,
    plots.map(([, plot], i) => pageFigure(plot, `p${i}`)),
    pageTable(EVIL, [], []),
  );

  it('is one file that loads nothing, runs nothing and allows neither', () => {
    const seen = elementsOf(page.replace('<!doctype html>', ''));
    for (const name of ['script', 'link', 'img', 'iframe', 'object']) expect(seen).not.toContain(name);
    expect(page).not.toMatch(/\b(?:src|href|on[a-z]+)=|url\(|@import/i);
    expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"');
  });

  it('has each id once, and none that is named but missing', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...page.matchAll(/aria-labelledby="([^"]*)"/g)].flatMap(([, list = '']) => list.split(' '));
    expect(named.length).toBe(20);
    for (const id of named) expect(ids).toContain(id);
  });

  it('shows both schemes, paper and narrow screens', () => {
    expect(page).toMatch(/@media screen and \(prefers-color-scheme:dark\)/);
    expect(page).toMatch(/@media print/);
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(new Markup('<b></b>').toString()).toBe('<b></b>');
  });

  it('has a row head in each row and a column head above each column', () => {
    const table = pageTable(
      't',
      [
        { title: '', align: 'left' },
        { title: 'n', align: 'right' },
      ],
      [['a', '1']],
    ).text;
    expect(table).toContain('<td></td><th scope="col" class="number">n</th>');
    expect(table).toContain('<th scope="row">a</th><td class="number">1</td>');
  });
});
