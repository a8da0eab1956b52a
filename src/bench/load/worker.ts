import type { Engine, WorkerResult } from '../engine.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { kindOf } from './load-error.ts';
import { LoadGauge } from './load-gauge.ts';
import type { WorkerAnswer, WorkerCall, WorkerRequest, WorkerValues } from './protocol.ts';

let engine: Engine | undefined;
const gauge = new LoadGauge();

async function answerTo(request: WorkerRequest): Promise<WorkerValues[WorkerCall]> {
  if (request.call === 'configure') {
    const scenario = SCENARIOS[request.config.scenario];
    if (scenario === undefined) throw new Error(`there is no scenario "${request.config.scenario}"`);
    engine = await scenario.engine(request.config);
    return null;
  }
  if (engine === undefined) throw new Error(`${request.call} came before configure`);
  switch (request.call) {
    case 'open':
      await engine.open();
      return null;
    case 'start':
      gauge.start();
      await engine.start(request.phase);
      return null;
    case 'reset':
      engine.reset();
      gauge.start();
      return null;
    case 'sample':
      return engine.sample();
    case 'cut':
      engine.cut();
      gauge.stop();
      return null;
    case 'stop':
      return resultOf(engine);
    case 'close':
      await engine.close();
      return null;
  }
}

async function resultOf(from: Engine): Promise<WorkerResult> {
  gauge.stop();
  const measurement = await from.stop();
  return { measurement, load: { ...gauge.load, received: measurement.counts.received ?? 0 } };
}

function send(answer: WorkerAnswer): void {
  if (process.connected) process.send?.(answer);
}

process.on('message', (request: WorkerRequest) => {
  answerTo(request).then(
    (value) => send({ id: request.id, value }),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      send({ id: request.id, error: { message, kind: kindOf(error) } });
    },
  );
});

// Whatever becomes of the bench, this process does not outlive it.
process.on('disconnect', () => process.exit(0));

// Ctrl-C reaches the whole process group; the bench wants to hear from its workers after that.
process.on('SIGINT', () => {});
