import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HANDSHAKE } from '../../docs/tutorial/wire.ts';
import { readPage } from './page.ts';

const TUTORIAL = new URL('../../docs/tutorial/', import.meta.url);
const MOST_ADDED = 80;

const steps = readdirSync(TUTORIAL).filter((name) => /^\d\d-/.test(name));
const linesOf = (step: string | undefined): string[] =>
  step === undefined
    ? []
    : readFileSync(new URL(`${step}/server.ts`, TUTORIAL), 'utf8')
        .trimEnd()
        .split('\n');

/** How many lines of `after` are not in `before`, in this order: what `diff` marks with `>`. */
function countAdded(before: readonly string[], after: readonly string[]): number {
  // row[j] is the length of the longest common subsequence of what was seen of `before` and the first j lines of `after`.
  let row = new Array<number>(after.length + 1).fill(0);
  for (const line of before) {
    const next = [0];
    for (const [j, other] of after.entries()) next.push(line === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    row = next;
  }
  return after.length - row.at(-1)!;
}

describe('counting added lines', () => {
  it('counts those that are new or changed, and not those that moved down', () => {
    expect(countAdded([], ['a', 'b'])).toBe(2);
    expect(countAdded(['a', 'b', 'c'], ['a', 'x', 'b', 'y', 'c'])).toBe(2);
    expect(countAdded(['a', 'b'], ['a', 'B'])).toBe(1);
  });
});

describe('the tutorial', () => {
  it('has ten steps, each a chapter and a program with a test of its own', () => {
    expect(steps).toHaveLength(10);
    for (const step of steps) {
      expect(existsSync(new URL(`${step}/README.md`, TUTORIAL)), step).toBe(true);
      expect(existsSync(new URL(`${step}.test.ts`, import.meta.url)), step).toBe(true);
    }
  });

  it.each(steps.map((step, index) => [step, steps[index - 1]]))(
    `%s adds some lines, and less than ${MOST_ADDED}`,
    (step, before) => {
      const added = countAdded(linesOf(before), linesOf(step));
      expect(added).toBeGreaterThan(10);
      expect(added).toBeLessThan(MOST_ADDED);
    },
  );

  it.each(steps)('%s needs nothing but TCP, and one hash for the handshake', (step) => {
    const imports = linesOf(step).filter((line) => /\bimport\b|\brequire\b/.test(line));
    const allowed = [
      "import { createServer, type Socket } from 'node:net';",
      "import { createHash } from 'node:crypto';",
    ];
    expect(imports.filter((line) => !allowed.includes(line))).toEqual([]);
    expect(imports).toContain(allowed[0]);
  });

  it('says how many lines are new at most, and how many the minimal server has', () => {
    const index = readPage('tutorial/README.md').replaceAll('\n', ' ');
    expect(index).toContain(`Fewer than ${MOST_ADDED} lines are new in each`);
    expect(index).toContain('a server in forty lines');
    expect(Math.round(linesOf('minimal').length / 10)).toBe(4);
  });

  it('shows the request of the handshake as it is sent', () => {
    const told = [...readPage(`tutorial/${steps[1]}/README.md`).matchAll(/^\| `(.+)` \|/gm)].map(([, line]) => line);
    expect(told).toEqual(HANDSHAKE.trimEnd().split('\r\n'));
  });

  it('leads from each chapter to the next, and to each from the index', () => {
    for (const [index, step] of steps.entries()) {
      const next = steps[index + 1];
      const link = next === undefined ? '(../what-others-skip.md)' : `(../${next}/README.md)`;
      expect(readPage(`tutorial/${step}/README.md`)).toContain(link);
      expect(readPage('tutorial/README.md')).toContain(`(${step}/README.md)`);
    }
  });

  const pages = readdirSync(TUTORIAL, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));

  it.each(pages.map((path) => path.replaceAll('\\', '/')))('%s links to what is there', (path) => {
    const page = new URL(path, TUTORIAL);
    const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, to = '']) => to);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((to) => !existsSync(new URL(to, page)))).toEqual([]);
  });
});
