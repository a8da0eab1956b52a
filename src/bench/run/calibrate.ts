import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { Opcode } from '../../codec/index.ts';
import type { LoadConfig, MessageSource } from '../config.ts';
import { nullTarget } from '../null-server/null-target.ts';
import { forkModule } from './fork.ts';
import type { BenchObserver } from './observer.ts';
import type { Plan } from './plan.ts';
import { endGroup } from './process-group.ts';
import { runOnce } from './run-once.ts';

/** Long enough for the compiler to have seen the hot path, and for a rate that is known to some per cent. */
const WARMUP_MS = 1_000;
const DURATION_MS = 2_000;
const START_MS = 20_000;

/**
 * What the same load comes to against a server that does nothing, in a process of its own: the most that the generator could
 * measure. NaN when that cannot be found out; the observer hears why.
 */
export async function calibrate(plan: Plan, observer: BenchObserver, signal: AbortSignal): Promise<number> {
  const timing = {
    warmupMs: Math.min(WARMUP_MS, plan.timing.warmupMs),
    durationMs: Math.min(DURATION_MS, plan.timing.durationMs),
  };
  observer.calibrating?.(timing.warmupMs + timing.durationMs);
  const server = forkModule('null-server/main');
  try {
    const [message] = await once(server, 'message', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(START_MS)]),
    });
    const config = await configFor(plan.config, (message as { readonly port: number }).port);
    const against: Plan = {
      ...plan,
      config,
      timing,
      phases: plan.scenario.phases({ ...config, ...timing }).slice(0, 1),
      options: { url: config.url },
    };
    const turn = { variant: { name: 'null server', url: config.url }, run: 0, order: 0, ceiling: undefined };
    const { record, failure } = await runOnce(against, turn, {}, signal);
    const ceiling = record.metrics.find(({ kind }) => kind === plan.scenario.calibrate)?.value ?? Number.NaN;
    observer.calibrated?.(ceiling, failure?.message);
    return ceiling;
  } catch (error) {
    if (!signal.aborted) observer.calibrated?.(Number.NaN, (error as Error).message);
    return Number.NaN;
  } finally {
    await endGroup(server);
  }
}

/** The same load of messages that all have one size, which is all that the null server can answer. */
async function configFor(config: LoadConfig, port: number): Promise<LoadConfig> {
  const { scenario, binary, source } = config;
  const isShared = scenario === 'fanout' || scenario === 'chat';
  const bytes = await sizeOf(source);
  const target = nullTarget(isShared ? '/fanout' : '/echo', binary ? Opcode.BINARY : Opcode.TEXT, bytes);
  return {
    ...config,
    url: `ws://127.0.0.1:${port}${target}`,
    headers: [],
    protocols: [],
    adapter: isShared ? 'broadcast' : 'echo',
    source: { kind: 'size', bytes },
    deflate: false,
    verify: 'count',
  };
}

async function sizeOf(source: MessageSource): Promise<number> {
  if (source.kind === 'size') return source.bytes;
  if (source.kind === 'template') return Math.max(1, Buffer.byteLength(source.text));
  return Math.max(1, (await stat(source.path)).size);
}
