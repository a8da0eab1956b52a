import { EchoEngine } from '../load/echo-engine.ts';
import type { Scenario } from '../scenario.ts';
import { echoMetrics, singlePhase } from './echo.ts';
import { throughputMetric } from './message-metrics.ts';

const ITEMS = 16;

/** About 1 KiB of JSON as programs exchange it: names that repeat, values that differ. */
const TEMPLATE: string = JSON.stringify({
  seq: '{{seq}}',
  client: 'client-{{client}}',
  session: '{{random}}',
  type: 'update',
  items: Array.from({ length: ITEMS }, (_, index) => ({
    id: 4_000 + index * 37,
    name: `item ${['north', 'east', 'south', 'west'][index % 4]} ${index}`,
    price: 19.5 + index * 3.25,
    stock: (index * 7_919) % 97,
  })),
});

/** Messages compressed with permessage-deflate (RFC 7692). */
export const deflate: Scenario = {
  name: 'deflate',
  summary:
    'the same as echo with permessage-deflate: JSON of 1 KiB, compressed beforehand, answers inflated and checked',
  defaults: { deflate: true, binary: false, source: { kind: 'template', text: TEMPLATE } },
  phases: singlePhase,
  engine: (config) => new EchoEngine({ ...config, deflate: true }),
  metrics: (phases) => [...echoMetrics(phases), ...phases.map(throughputMetric)],
  calibrate: 'none',
};
