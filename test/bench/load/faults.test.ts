import { describe, expect, it } from 'vitest';
import { EchoEngine } from '../../../src/bench/load/echo-engine.ts';
import type { Measurement, Phase } from '../../../src/bench/model.ts';
import { FAULTS, faultyEcho } from './faulty-echo.ts';
import { configOf } from './raw-server.ts';

const PHASE: Phase = { label: '', warmupMs: 0, durationMs: 0, rate: 0, connections: 4 };
const MESSAGES = 300_000;
const ONE_IN = 100_000;

/** What an engine measures until so many answers have come. */
async function measure(port: number, messages: number, depth: number): Promise<Measurement> {
  const engine = new EchoEngine(configOf(port, { connections: 4, depth }));
  await engine.open();
  await engine.start(PHASE);
  engine.reset();
  await expect.poll(() => engine.sample().received, { timeout: 60_000, interval: 5 }).toBeGreaterThan(messages);
  engine.cut();
  const measurement = await engine.stop();
  await engine.close();
  return measurement;
}

describe('one wrong answer in 100,000', () => {
  it.each(Object.entries(FAULTS))(
    'is found and called %s',
    async (name, fault) => {
      const port = await faultyEcho(32, ONE_IN, fault);
      const { faults, errors, counts } = await measure(port, MESSAGES, 2_000);
      expect(errors).toEqual({});
      expect(Object.keys(faults)).toEqual([name]);
      // The server has seen more messages than were measured, and got one in 100,000 of them wrong.
      const found = Object.values(faults)[0] ?? 0;
      expect(found).toBeGreaterThanOrEqual(Math.floor((counts.received ?? 0) / ONE_IN));
    },
    90_000,
  );

  it('is not found where there is none', async () => {
    const port = await faultyEcho(32, Infinity, () => []);
    expect((await measure(port, 100_000, 2_000)).faults).toEqual({});
  });
});
