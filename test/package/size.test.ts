import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Sizes {
  readonly CASES: readonly {
    readonly what: string;
    readonly exports: Record<string, string>;
    readonly most: number;
    readonly alone?: number;
  }[];
  sizeOf(exports: Record<string, string>, folder: 'src' | 'dist', alone?: boolean): Promise<{ bytes: number }>;
  checkSizes(folder: 'src' | 'dist'): Promise<void>;
}

const { CASES, checkSizes, sizeOf }: Sizes = await import(new URL('../../scripts/sizes.mjs', import.meta.url).href);
const page = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');

describe('minified and compressed', () => {
  it('no floor for embedders takes more than its bound', async () => {
    await checkSizes('src');
  });

  it.each(CASES)('$what is weighed with all that it needs, and without the codec it is lighter', async (one) => {
    const { bytes } = await sizeOf(one.exports, 'src');
    expect(bytes).toBeGreaterThan(one.most * 0.9);
    if (one.alone !== undefined) expect((await sizeOf(one.exports, 'src', true)).bytes).toBeLessThan(bytes - 2000);
  });

  it.each(CASES)('the guide tells the bounds of $what', ({ what, most, alone }) => {
    const told = (bound: number | undefined): string => (bound === undefined ? '–' : bound.toLocaleString('en'));
    expect(page.replaceAll(/ +/g, ' ')).toContain(`| ${what} | ${told(most)} | ${told(alone)} |`);
  });
});
