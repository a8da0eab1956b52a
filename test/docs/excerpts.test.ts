import assert from 'node:assert/strict';
import * as events from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import * as ws101 from '../../src/index.ts';
import * as testing from '../../src/testing/index.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';
import { excerptsOf, runExcerpt } from './excerpts.ts';

leaveNothingBehind();

const MODULES = { 'node:assert/strict': { default: assert }, 'node:events': events, ws101, 'ws101/testing': testing };

describe('the excerpts of docs/testing.md', () => {
  const excerpts = excerptsOf('testing.md');

  it('are there', () => {
    expect(excerpts).toHaveLength(7);
  });

  it.each(excerpts)('run: %s', (_heading, code) => runExcerpt(code, MODULES));
});

describe('the excerpts of docs/client.md', () => {
  const excerpts = excerptsOf('client.md');

  it('are there', () => {
    expect(excerpts).toHaveLength(5);
  });

  it.each(excerpts)('run: %s', async (_heading, code) => {
    const { port } = await startServer((server) =>
      server.route(() => true, { message: (connection, data) => connection.send(data) }),
    );
    const log = vi.spyOn(console, 'log').mockReturnValue();
    await runExcerpt(code, MODULES, { url: `ws://127.0.0.1:${port}/` });
    log.mockRestore();
  });
});

describe('the runner of excerpts', () => {
  it('fails with a block that fails, and with one that imports what no reader has', async () => {
    await expect(
      runExcerpt("import assert from 'node:assert/strict';\nassert.equal(1, 2);\n", MODULES),
    ).rejects.toThrow();
    await expect(runExcerpt("import { x } from './somewhere';\n", MODULES)).rejects.toThrow('imports ./somewhere');
  });
});
