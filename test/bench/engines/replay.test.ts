import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { formatRecording, type RecordedFrame } from '../../../src/bench/engines/recording.ts';
import type { Measurement } from '../../../src/bench/model.ts';
import { replay } from '../../../src/bench/scenarios/replay.ts';
import type { RouteHandlers } from '../../../src/node/index.ts';
import { Count, clearStage, loadConfig, measure, phaseOf, serve } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'ws101-recordings-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(clearStage);

type Line = readonly [
  atMs: number,
  from: RecordedFrame['from'],
  opcode: number,
  payload?: string | Buffer,
  fin?: boolean,
];

let files = 0;
function record(...lines: Line[]): string {
  const frames = lines.map(
    ([atMs, from, opcode, payload = '', fin = true]): RecordedFrame => ({
      atMs,
      from,
      opcode,
      fin,
      payload: Buffer.from(payload as string),
    }),
  );
  const path = join(folder, `${files++}.ndjson`);
  writeFileSync(path, formatRecording({ header: { schema: 1, type: 'ws101-recording' }, frames }));
  return path;
}

/** A greeting, two messages in one direction and their echoes in the other, a ping, and the end. */
const SESSION: readonly Line[] = [
  [0, 'server', 1, 'hello'],
  [5, 'client', 1, 'one'],
  [6, 'server', 1, 'one'],
  [10, 'client', 2, 'two'],
  [11, 'server', 2, 'two'],
  [12, 'client', 9, 'p'],
  [13, 'server', 10, 'p'],
  [20, 'client', 8, Buffer.from([0x03, 0xe8])],
];

const GREETER: RouteHandlers = {
  open: (connection) => void connection.send('hello'),
  message: (connection, data) => void connection.send(data),
};

/** Plays on two connections until so many sessions have ended at the server. */
async function play(handlers: RouteHandlers, lines: readonly Line[], sessions = 6, speed = 4): Promise<Measurement> {
  const ended = new Count();
  const { url } = await serve('/', { ...handlers, close: () => void ended.add() });
  const config = loadConfig('replay', url, { file: record(...lines), connections: 2, speed, timeoutMs: 300 });
  const engine = await replay.engine(config);
  // The first connection is the one that is tried before anything is measured.
  const [measurement] = await measure([engine], phaseOf(config), () => ended.atLeast(sessions + 1));
  if (measurement === undefined) throw new Error('nothing was measured');
  return measurement;
}

describe('replay', () => {
  it("plays the client's side on every connection, over and over, and finds that all came as recorded", async () => {
    const received: (string | number)[] = [];
    const handlers: RouteHandlers = {
      ...GREETER,
      message(connection, data) {
        received.push(typeof data === 'string' ? data : data.length);
        connection.send(data);
      },
    };
    const { errors, outcomes, counts, timings } = await play(handlers, SESSION);
    expect(errors).toEqual({});
    expect(outcomes?.['sessions as recorded']).toBeGreaterThanOrEqual(3);
    expect(outcomes?.['sessions that differ']).toBeUndefined();
    expect(outcomes?.['text received']).toBe(outcomes?.['text recorded']);
    expect(outcomes?.['pong received']).toBe(outcomes?.['pong recorded']);
    expect(new Set(received)).toEqual(new Set(['one', 3]));
    expect(counts.sent).toBeGreaterThanOrEqual(6);
    expect(timings.cycle).toBeDefined();
  });

  it('keeps the timing of the recording, scaled by its speed', async () => {
    const lines: Line[] = [...SESSION.slice(0, 3), [200, 'client', 1, 'late'], [201, 'server', 1, 'late']];
    const { timings, errors } = await play(GREETER, lines, 2, 2);
    expect(errors).toEqual({});
    // 201 ms at twice the speed.
    expect(timings.cycle?.min).toBeGreaterThanOrEqual(100e6);
  });

  it('sends fragments and control frames as they were recorded', async () => {
    const received: unknown[] = [];
    const handlers: RouteHandlers = {
      message(connection, data) {
        received.push(data);
        connection.send(data);
      },
    };
    const lines: Line[] = [
      [0, 'client', 1, 'frag', false],
      [1, 'client', 9, 'between'],
      [2, 'client', 0, 'ments', true],
      [3, 'server', 10, 'between'],
      [4, 'server', 1, 'fragments'],
    ];
    const { errors } = await play(handlers, lines, 2);
    expect(errors).toEqual({});
    expect(new Set(received)).toEqual(new Set(['fragments']));
  });

  it.each([
    ['less text than recorded', { ...GREETER, message() {} } as RouteHandlers],
    [
      'more text than recorded',
      {
        ...GREETER,
        message(connection, data) {
          connection.send(data);
          connection.send('and more');
        },
      } as RouteHandlers,
    ],
    ['closed 1011', { ...GREETER, message: (connection) => connection.close(1011) } as RouteHandlers],
  ])('tells of sessions that differ: %s', async (difference, handlers) => {
    const measurement = await play(handlers, SESSION);
    expect(measurement.errors[difference]).toBeGreaterThanOrEqual(1);
    expect(measurement.outcomes?.['sessions that differ']).toBeGreaterThanOrEqual(1);
  });

  it('expects to be closed where that was recorded', async () => {
    const lines: Line[] = [
      [0, 'client', 1, 'bye'],
      [1, 'server', 8, Buffer.from([0x0f, 0xa1])],
    ];
    const { errors, outcomes } = await play({ message: (connection) => connection.close(4001) }, lines);
    expect(errors).toEqual({});
    expect(outcomes?.['sessions as recorded']).toBeGreaterThanOrEqual(4);
    const other = await play({ message: (connection) => connection.close(4002) }, lines);
    expect(other.errors['closed 4002']).toBeGreaterThanOrEqual(4);
    const open = await play({ message: (connection) => void connection.send('stay') }, lines, 2);
    expect(open.errors['not closed as recorded']).toBeGreaterThanOrEqual(1);
  });

  it('cuts sessions short that are longer than the bench', async () => {
    const { url } = await serve('/', GREETER);
    const file = record([0, 'client', 1, 'one'], [600_000, 'client', 1, 'never']);
    const config = loadConfig('replay', url, { file, connections: 3 });
    const engine = await replay.engine(config);
    const [measurement] = await measure([engine], phaseOf(config), async () => {
      while (engine.sample().received < 6) await new Promise((resolve) => setImmediate(resolve));
    });
    expect(measurement).toMatchObject({ errors: {}, outcomes: { 'sessions cut short': 3 } });
  });

  it('refuses a recording that is none, or in which no client speaks', async () => {
    const config = { ...loadConfig('replay', 'ws://localhost'), warmupMs: 0, durationMs: 0 };
    expect(() => replay.phases(config)).toThrow('needs the file');
    expect(() => replay.phases({ ...config, file: join(folder, 'nowhere') })).toThrow('cannot be read');
    const broken = join(folder, 'broken.ndjson');
    writeFileSync(broken, '{"schema":1,"type":"ws101-recording"}\nnothing\n');
    expect(() => replay.phases({ ...config, file: broken })).toThrow('broken.ndjson: line 2: this is no JSON');
    expect(() => replay.phases({ ...config, file: record(...SESSION), speed: 0 })).toThrow('speed');
    const mute = record([0, 'server', 1, 'hello']);
    expect(() => replay.engine({ ...config, file: mute })).toThrow('the client sends nothing');
  });
});
