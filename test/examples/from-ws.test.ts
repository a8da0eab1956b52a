import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROTOCOL_LIMITS } from '../../src/protocol/index.ts';
import { RunningExample } from './run.ts';

const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const regionsOf = (text: string): string[] =>
  [...text.matchAll(/^ *\/\/ #region (\S+)$/gm)].map(([, name = '']) => name);

describe('the guide for those who come from ws', () => {
  it('shows programs that print the same, each in its own way', { timeout: 60_000 }, async () => {
    const [theirs, ours] = await Promise.all(
      ['ws.ts', 'ws101.ts'].map((name) => new RunningExample(`from-ws/${name}`).toEnd()),
    );
    expect(ours).toEqual([
      'echo: hello',
      'refused with 401',
      'feed: hi all and hi all',
      'bytes: 262144',
      'stream: through a stream',
      'closed: 4000 thanks',
      'over',
    ]);
    expect(theirs).toEqual(ours);
  });

  it('shows every part of both, side by side', () => {
    const page = read('migrating-from-ws.md');
    const parts = [...page.matchAll(/<!-- excerpt: examples\/from-ws\/(ws|ws101)\.ts#(\S+) -->/g)];
    const shown = (of: string): string[] => parts.filter(([, name]) => name === of).map(([, , part = '']) => part);
    expect(shown('ws').length).toBeGreaterThan(8);
    expect(shown('ws')).toEqual(shown('ws101'));
    for (const name of ['ws', 'ws101']) {
      expect(regionsOf(read(`examples/from-ws/${name}.ts`)).sort()).toEqual(shown(name).sort());
    }
  });

  it('tells the limits as they are', () => {
    const page = read('migrating-from-ws.md');
    expect(page).toContain('| longest message | 100 MiB | 1 MiB |');
    expect(PROTOCOL_LIMITS.maxMessageBytes).toBe(2 ** 20);
    expect(PROTOCOL_LIMITS.sendQueueBytes).toBe(4 * 2 ** 20);
  });
});
