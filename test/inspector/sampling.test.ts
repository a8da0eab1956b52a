import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Entry, NewEntry } from '../../src/inspector/entry.ts';
import { INSPECTOR_LIMITS } from '../../src/inspector/index.ts';
import { Journal } from '../../src/inspector/journal.ts';
import { type Batch, Sampler } from '../../src/inspector/sampler.ts';
import { WebSocketServer } from '../../src/node/index.ts';
import { Stage, upgrade } from './stage.ts';
import { Talk, up } from './talk.ts';

/** A frame as an entry, again and again. */
function entryOf(frame: Uint8Array): NewEntry {
  const { id: _id, ...entry } = new Talk().say(['client', frame]).frames[0]!;
  return entry;
}

describe('the journal', () => {
  test('keeps the newest entries, within its number and its bytes', () => {
    const journal = new Journal(100, 1024 * 1024);
    const entry = entryOf(up(1, 'small'));
    for (let n = 0; n < 1000; n++) journal.add(entry);
    expect([journal.count, journal.length]).toEqual([1000, 100]);
    expect(journal.newest().map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => 901 + i));
    expect(journal.newest(3).map(({ id }) => id)).toEqual([998, 999, 1000]);
    const large = entryOf(up(2, new Uint8Array(100_000)));
    for (let n = 0; n < 1000; n++) journal.add(large);
    expect(journal.length).toBe(100);
    const small = new Journal(1000, 20_000);
    for (let n = 0; n < 1000; n++) small.add(large);
    expect(small.length).toBe(Math.floor(20_000 / (small.bytes / small.length)));
    expect(small.bytes).toBeLessThanOrEqual(20_000);
  });
});

describe('the sampler', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  function sampled(): { journal: Journal; batches: Batch[]; tick: () => void } {
    vi.useFakeTimers();
    const journal = new Journal();
    const batches: Batch[] = [];
    const sampler = new Sampler(
      journal,
      (batch) => batches.push(batch),
      () => performance.now(),
    );
    void sampler;
    return { journal, batches, tick: () => vi.advanceTimersByTime(INSPECTOR_LIMITS.batchMs) };
  }

  test('sends a lone entry at once, and the next ones no sooner than 50 ms behind it', () => {
    const { journal, batches } = sampled();
    const entry = entryOf(up(1, 'x'));
    journal.add(entry);
    vi.advanceTimersByTime(0);
    expect(batches).toHaveLength(1);
    journal.add(entry);
    vi.advanceTimersByTime(49);
    expect(batches).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(batches).toHaveLength(2);
  });

  test('of 10,000 frames in a second shows the first of each 50 ms, and counts the others', () => {
    const { journal, batches, tick } = sampled();
    const entry = entryOf(up(1, 'x'));
    for (let span = 0; span < 20; span++) {
      for (let n = 0; n < 500; n++) journal.add(entry);
      tick();
    }
    expect(batches.length).toBeLessThanOrEqual(21);
    const shown = batches.reduce((sum, { entries }) => sum + entries.length, 0);
    const skipped = batches.reduce((sum, batch) => sum + batch.skipped, 0);
    expect(shown + skipped).toBe(10_000);
    expect(shown).toBeLessThanOrEqual(batches.length * INSPECTOR_LIMITS.batchFrames);
    expect(shown).toBeGreaterThan(500);
  });

  test('shows violations, control frames and ends whatever else passes', () => {
    const { journal, batches, tick } = sampled();
    const data = entryOf(up(1, 'x'));
    for (let n = 0; n < 5000; n++) journal.add(data);
    journal.add(entryOf(up(9, 'ping')));
    journal.add(entryOf(up(3, 'violation')));
    journal.add({ kind: 'end', connection: 1, atMs: 0, note: 'over', failed: false });
    tick();
    const last: Entry[] = batches[0]!.entries.slice(-3);
    expect(last.map((entry) => (entry.kind === 'frame' ? entry.header.opcode : entry.kind))).toEqual([9, 3, 'end']);
  });

  test('bounds even those, and long frames by their bytes', () => {
    const { journal, batches, tick } = sampled();
    const ping = entryOf(up(9, 'ping'));
    for (let n = 0; n < 5000; n++) journal.add(ping);
    tick();
    expect(batches[0]!.entries.length).toBeLessThanOrEqual(INSPECTOR_LIMITS.batchAlways);
    const long = entryOf(up(2, new Uint8Array(50_000)));
    for (let n = 0; n < 5000; n++) journal.add(long);
    tick();
    const bytes = batches[1]!.entries.reduce((sum, entry) => sum + (entry.kind === 'frame' ? entry.wire.length : 0), 0);
    expect(bytes).toBeLessThanOrEqual(INSPECTOR_LIMITS.batchBytes);
  });
});

describe('20,000 frames through the inspector', () => {
  test('arrive, are counted exactly, and are shown as a sample', async () => {
    const stage = new Stage();
    try {
      const server = new WebSocketServer();
      let received = 0;
      server.route('/', {
        message(connection) {
          if (++received === FRAMES) connection.send('all of them');
        },
      });
      const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
      stage.also(() => server.shutdown({ deadlineMs: 100 }));
      const proxy = await stage.inspect({ target: `ws://127.0.0.1:${port}/` });
      const viewer = await stage.viewer(proxy);
      const client = await stage.client(proxy);
      client.send(upgrade('/'));
      await client.readHead();
      const frame = up(1, 'one of very many');
      const thousand = Buffer.concat(Array.from({ length: 1000 }, () => frame));
      for (let sent = 0; sent < FRAMES; sent += 1000) client.send(thousand);
      await client.expectFrame(1, 'all of them');
      client.end();
      await viewer.ended();
      expect(viewer.totals!.frames.client).toBe(FRAMES);
      expect(viewer.entries.length).toBeLessThan(FRAMES / 4);
      // The two heads, the opening and the end, the answer, and perhaps a close frame are entries, too.
      const others = viewer.entries.filter((entry) => entry.kind !== 'frame' || entry.from === 'server').length;
      expect(viewer.entries.length + viewer.skipped).toBe(FRAMES + others);
    } finally {
      await stage.close();
    }
  });
  const FRAMES = 20_000;
});
