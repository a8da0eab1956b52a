import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Measurement } from '../../../src/bench/model.ts';
import { slow } from '../../../src/bench/scenarios/slow.ts';
import { type Misbehaviour, startHub } from './hub.ts';
import { clearStage, loadConfig, measure, phaseOf, timed } from './stage.ts';

afterEach(clearStage);

const MESSAGE_BYTES = 64 * 1024;
/** 12 MiB: more than the kernels of both ends swallow. */
const PUBLICATIONS = 192;

/** Four connections, of which those with the numbers 1 and 3 stall, in the order in which they join. */
async function stallAt(misbehave: Misbehaviour): Promise<Measurement> {
  const hub = await startHub(misbehave);
  const config = loadConfig('slow', hub.url, {
    adapter: 'room',
    connections: 4,
    share: 0.5,
    depth: 4,
    timeoutMs: 3_000,
    source: { kind: 'size', bytes: MESSAGE_BYTES },
  });
  const engine = await slow.engine(config);
  const [measurement] = await measure([engine], phaseOf(config), () => hub.publications.atLeast(PUBLICATIONS));
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

describe('slow', () => {
  it('tells a server that gives stalled readers up, and when, while the others get everything', async () => {
    const measurement = await stallAt(({ socket, data }) => {
      if (socket.bufferedAmount < 1024 * 1024) return [data];
      socket.terminate();
      return [];
    });
    expect(measurement).toMatchObject({ faults: {}, errors: {}, counts: { stalledClosed: 2 } });
    expect(measurement.counts.stalledOpen).toBeUndefined();
    expect(Object.values(measurement.outcomes ?? {}).reduce((sum, many) => sum + many, 0)).toBe(2);
    expect(timed(measurement, 'stalled')).toBe(existsSync('/proc/net/tcp') ? 2 : 0);
  });

  it('tells a server that keeps everything for stalled readers', async () => {
    const measurement = await stallAt(({ data }) => [data]);
    expect(measurement).toMatchObject({ faults: {}, errors: {}, counts: { stalledOpen: 2 } });
    expect(measurement.outcomes).toEqual({ 'still open': 2 });
  });

  it('tells a server that keeps stalled readers and drops what is for them', async () => {
    const measurement = await stallAt(({ socket, data }) => (socket.bufferedAmount < 1024 * 1024 ? [data] : []));
    expect(measurement).toMatchObject({ faults: {}, counts: { stalledOpen: 2 } });
    expect(measurement.outcomes).toEqual({ 'still open, with gaps': 2 });
  });

  it('still finds what a healthy reader does not get', async () => {
    const measurement = await stallAt(({ publication, data }) => (publication === 100 ? [] : [data]));
    expect(measurement.faults.lost).toBe(2);
  });

  it('refuses a load that offers too little to mean anything, and says how much it takes', () => {
    const config = { ...loadConfig('slow', 'ws://localhost', { rate: 10 }), warmupMs: 0, durationMs: 10_000 };
    expect(() => slow.phases({ ...config, source: { kind: 'size', bytes: 1024 } })).toThrow(
      'at least 8 MiB: 820 messages of 1024 bytes a second, not 10',
    );
    expect(() => slow.phases({ ...config, share: 1 })).toThrow('between 0 and 1');
  });
});
