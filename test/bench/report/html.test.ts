import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchReport, ScenarioName } from '../../../src/bench/model.ts';
import { toHtml } from '../../../src/bench/report/html.ts';
import { latencyObjective } from '../../../src/bench/report/objective.ts';
import { plotsOf } from '../../../src/bench/report/plots.ts';
import { formatRate } from '../../../src/report/index.ts';
import { browserReason, browserTestsRun, launchChromium } from '../../browser/chromium.ts';
import { inventReport } from './invented.ts';

const EVIL = '<img src=x onerror=alert(1)>"\'&';
const objective = { text: 'p99<1ms', met: false };

function reportOf(scenario: ScenarioName, over: Partial<BenchReport> = {}): BenchReport {
  return inventReport({
    scenario,
    samples: 20_000,
    variants: [
      ['ours', 1],
      [`a server with a long name ${EVIL}`, 0.8],
    ],
    over: { objective, ...over },
  });
}

const titlesOf = (report: BenchReport): string[] => plotsOf(report).map(({ title }) => title);

describe('the plots of a report', () => {
  it.each<[ScenarioName, string[]]>([
    ['echo', ['Ratios, paired by run', 'Percentiles: latency', 'Messages/s', 'Messages/server CPU s']],
    ['curve', ['Latency against load', 'Ratios, paired by run']],
    ['idle', ['Memory against connections', 'Ratios, paired by run', 'Memory per connection']],
    ['fanout', ['Ratios, paired by run', 'Percentiles: latency', 'Percentiles: first receiver']],
    ['storm', ['Ratios, paired by run', 'Percentiles: TCP', 'Percentiles: 101']],
  ])('fit the scenario: %s', (scenario, titles) => {
    expect(titlesOf(reportOf(scenario)).slice(0, titles.length)).toEqual(titles);
  });

  it('show rate and p99 of each second, where one phase was measured for some', () => {
    const report = reportOf('echo');
    const own = report.runs.filter(({ variant }) => variant === 'ours');
    const [rate, p99] = plotsOf(report).slice(-2);
    expect([rate?.title, p99?.title]).toEqual(['Rate, second by second', 'p99, second by second']);
    expect(rate?.table.columns).toEqual(['', ...Array.from({ length: 10 }, (_, i) => `${i + 1} s`)]);
    const third = own.map(({ phases }) => phases[0]?.series[2]?.rate ?? Number.NaN).sort((a, b) => a - b);
    expect(rate?.table.rows[0]?.[3]).toBe(formatRate(third[2] ?? Number.NaN));
    for (const scenario of ['curve', 'idle'] as const)
      expect(titlesOf(reportOf(scenario))).not.toContain('Rate, second by second');
  });

  it('leave out a second without an answer, and a course that is too short to be one', () => {
    const withSeries = (series: readonly { rate: number; p99Ns: number }[]): BenchReport => {
      const report = inventReport({ runs: 1, samples: 1000 });
      const runs = report.runs.map((run) => ({ ...run, phases: run.phases.map((phase) => ({ ...phase, series })) }));
      return { ...report, runs };
    };
    const stalled = [10, 0, 10, 10].map((rate) => ({ rate, p99Ns: rate * 1e5 }));
    const plots = plotsOf(withSeries(stalled));
    expect(plots.at(-1)?.table.rows).toEqual([['ours', '1 ms', '—', '1 ms', '1 ms']]);
    expect(plots.at(-2)?.table.rows).toEqual([['ours', '10/s', '0/s', '10/s', '10/s']]);
    expect(titlesOf(withSeries(stalled.slice(0, 2)))).not.toContain('Rate, second by second');
  });

  it('of a single server compare nothing, and those of nothing are none', () => {
    expect(titlesOf(inventReport({ samples: 2000 }))).not.toContain('Ratios, paired by run');
    expect(titlesOf({ ...reportOf('echo'), runs: [], summaries: [], comparisons: [] })).toEqual([]);
  });

  it('mark as the knee the highest rate below which the objective is kept everywhere', () => {
    const [plot] = plotsOf(reportOf('curve'));
    const rows = plot?.table.rows.filter(([name]) => name === 'ours') ?? [];
    const knee = rows.findIndex((row) => row[3] === 'knee');
    expect(knee).toBeGreaterThan(0);
    expect(rows.slice(0, knee).map((row) => row[3])).toEqual(rows.slice(0, knee).map(() => 'kept'));
    expect(rows[knee + 1]?.[3]).toBe('missed');
    expect(
      plotsOf(reportOf('curve', { objective: { text: 'messages/s>5k', met: true } }))[0]?.table.columns,
    ).toHaveLength(3);
  });

  it('have no knee where even the lowest rate misses the objective', () => {
    const [plot] = plotsOf(reportOf('curve', { objective: { text: 'p99<1us', met: false } }));
    expect(plot?.table.rows.map((row) => row[3])).not.toContain('knee');
  });

  it('end percentiles where fewer than ten values lie beyond', () => {
    const [plot] = plotsOf(inventReport({ runs: 1, samples: 1000 }));
    expect(plot?.table.columns).toEqual(['', 'p50', 'p90', 'p99']);
  });

  it.each([
    ['p99<5ms', { name: 'p99', share: 0.99, latencyNs: 5e6 }],
    ['latency p99.9 <= 2s', { name: 'p99.9', share: expect.closeTo(0.999), latencyNs: 2e9 }],
    ['messages/s>5', undefined],
    ['latency p99>5ms', undefined],
    ['memory<5MiB', undefined],
    ['what p99<5', undefined],
  ])('know an objective about a latency: %s', (text, expected) => {
    const found = latencyObjective(text);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toEqual({ text, ...expected });
  });
});

describe('a report as a page', () => {
  const page = toHtml(reportOf('echo', { title: EVIL, description: EVIL }));

  it('says what and on which machine, its verdict with the reasons, and how to repeat it', () => {
    for (const text of [
      '! WARN',
      'pressure: something waited',
      'AMD EPYC 9B45',
      'Objective p99&lt;1ms: missed',
      'ws101 bench --scenario echo',
    ])
      expect(page).toContain(text);
  });

  it('holds what others wrote as text only', () => {
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });

  it('tells of wrong data, of errors, of an interruption and of regressions', () => {
    const whole = reportOf('echo');
    const runs = whole.runs.map((run) => ({
      ...run,
      phases: run.phases.map((record) => ({
        ...record,
        measurement: { ...record.measurement, faults: { lost: 1 }, errors: { refused: 2 }, outcomes: { kept: 3 } },
      })),
    }));
    const bad = toHtml({ ...whole, runs, interrupted: true, regressions: whole.comparisons.slice(0, 1) });
    for (const text of [
      'Wrong data: 5 lost.',
      'Errors: 10 refused.',
      'Outcomes: 15 kept.',
      'Interrupted',
      'Worse than the baseline',
    ])
      expect(bad).toContain(text);
    expect(toHtml({ ...whole, regressions: [] })).toContain('No regression against the baseline.');
  });
});

describe.runIf(browserTestsRun)(`a report in Chromium${browserReason}`, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    browser = await launchChromium();
    folder = mkdtempSync(join(tmpdir(), 'ws101-report-'));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[ScenarioName, 'dark' | 'light', number]>([
    ['echo', 'light', 360],
    ['curve', 'dark', 360],
    ['idle', 'dark', 1280],
    ['storm', 'light', 320],
  ])(
    'asks for nothing, complains of nothing and is no wider than the screen: %s, %s, %d pixels',
    async (scenario, colorScheme, width) => {
      const path = join(folder, `${scenario}.html`);
      writeFileSync(path, toHtml(reportOf(scenario, { description: 'x'.repeat(300) })));
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme,
        javaScriptEnabled: true,
      });
      const tab = await context.newPage();
      const requests: string[] = [];
      const complaints: string[] = [];
      tab.on('request', (request) => requests.push(request.url()));
      tab.on('console', (message) => complaints.push(message.text()));
      tab.on('pageerror', (error) => complaints.push(error.message));
      const url = pathToFileURL(path).href;
      await tab.goto(url);
      for (const summary of await tab.locator('summary').all()) await summary.click();
      const seen = (await tab.evaluate(`(() => {
      const root = document.documentElement;
      const shown = (element) => element.getClientRects().length > 0;
      const svgs = [...document.querySelectorAll('svg')].filter(shown);
      const overflowing = [...document.querySelectorAll('main *')].filter((element) =>
        shown(element) && !element.closest('.scroll, svg') && element.getBoundingClientRect().right > root.clientWidth + 0.5);
      const textOutside = svgs.flatMap((svg) => [...svg.querySelectorAll('text')].filter((text) => {
        const [inner, outer] = [text.getBoundingClientRect(), svg.getBoundingClientRect()];
        return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
      }).map((text) => text.textContent));
      return {
        width: root.scrollWidth,
        overflowing: overflowing.map((element) => element.outerHTML.slice(0, 100)),
        textOutside,
        figures: document.querySelectorAll('figure').length,
        svgs: svgs.length,
        background: getComputedStyle(document.body).backgroundColor,
      };
    })()`)) as Record<string, unknown>;
      expect(requests).toEqual([url]);
      expect(complaints).toEqual([]);
      expect(seen).toMatchObject({ width, overflowing: [], textOutside: [], svgs: seen.figures });
      expect(seen.figures).toBeGreaterThan(0);
      expect(seen.background).toBe(colorScheme === 'dark' ? 'rgb(20, 24, 29)' : 'rgb(255, 255, 255)');
      await context.close();
    },
  );

  it('prints the numbers of its plots, in the colours of paper', async () => {
    const path = join(folder, 'print.html');
    writeFileSync(path, toHtml(reportOf('echo')));
    const tab = await browser.newPage({ colorScheme: 'dark' });
    await tab.goto(pathToFileURL(path).href);
    await tab.emulateMedia({ media: 'print' });
    const seen = await tab.evaluate(`({
      closed: [...document.querySelectorAll('details table')].filter((table) => table.getBoundingClientRect().height < 10).length,
      background: getComputedStyle(document.body).backgroundColor,
    })`);
    expect(seen).toEqual({ closed: 0, background: 'rgb(255, 255, 255)' });
    await tab.close();
  });
});
