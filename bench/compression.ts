/**
 * What permessage-deflate costs at each setting: memory per connection, CPU per message, bytes on the wire.
 *
 * Run with `npm run bench:compression`; the tables it prints are those of docs/compression.md. Nothing else should run
 * on the machine meanwhile. `--quick` takes fewer rounds, to see that it works.
 */
import { cpus } from 'node:os';
import { createDeflateRaw, createInflateRaw } from 'node:zlib';
import type { DeflateAgreement } from '../src/handshake/index.ts';
import { PermessageDeflate } from '../src/node/deflate.ts';
import { type DeflateOptions, resolveDeflate } from '../src/node/deflate-options.ts';

const quick = process.argv.includes('--quick');
const CONNECTIONS = quick ? 200 : 2000;
const ROUND_MS = quick ? 20 : 200;
const ROUNDS = quick ? 3 : 9;
const SIZES = [1024, 4096, 16_384, 65_536];
const BINARY = 2;

const collectGarbage = (globalThis as { gc?: () => void }).gc;

type Setting = readonly [name: string, windowBits: number, takeover: boolean, options: DeflateOptions];

/** The settings of the tables; the first is the default. */
const SETTINGS: readonly Setting[] = [
  ['window 12, level 3 (default)', 12, false, {}],
  ['window 12, level 1', 12, false, { level: 1 }],
  ['window 12, level 6', 12, false, { level: 6 }],
  ['window 9, level 3', 9, false, {}],
  ['window 15, level 3', 15, false, {}],
  ['window 15, level 6', 15, false, { level: 6 }],
  ['window 9, takeover, level 3', 9, true, {}],
  ['window 12, takeover, level 3', 12, true, {}],
  ['window 12, takeover, level 6', 12, true, { level: 6 }],
  ['window 15, takeover, level 3', 15, true, {}],
  ['window 15, takeover, level 6', 15, true, { level: 6 }],
];

interface Pair {
  readonly sender: PermessageDeflate;
  readonly receiver: PermessageDeflate;
}

/** Gives both ends of one connection after the other, for messages from the server. */
function connector([, windowBits, takeover, options]: Setting): () => Pair {
  const agreement: DeflateAgreement = {
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
    serverMaxWindowBits: windowBits,
    clientMaxWindowBits: windowBits,
  };
  const settings = resolveDeflate({ ...options, windowBits, threshold: 0, budgetBytes: Infinity })!;
  return () => ({
    sender: new PermessageDeflate('server', agreement, settings),
    receiver: new PermessageDeflate('client', agreement, settings),
  });
}

/** Messages like those of a feed: JSON, the same keys and different values, each of this length. */
function feed(bytes: number, count: number): Buffer[] {
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  const words = ['rain', 'harbour', 'seven', 'letters', 'under', 'copper', 'winter', 'answer', 'little', 'north'];
  return Array.from({ length: count }, () => {
    let text = '';
    while (text.length < bytes) {
      const sentence = Array.from({ length: 6 }, () => words[next(words.length)]).join(' ');
      text += `{"id":${next(1e9)},"user":"user${next(5000)}","text":"${sentence}","price":${next(1e5) / 100}},`;
    }
    return Buffer.from(text.slice(0, bytes));
  });
}

/** What was computed in the call, as it is for messages of these lengths; longer ones are computed beside the loop. */
function atOnce<Result>(result: Result | Promise<Result>): Result {
  if (result instanceof Promise) throw new Error('this message is too long to be measured here');
  return result;
}

/** CPU microseconds for one call, the median of the rounds. */
function cpuPerCall(call: (index: number) => void): number {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const deadline = performance.now() + ROUND_MS;
    const before = process.cpuUsage();
    let calls = 0;
    while (performance.now() < deadline) call(calls++);
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) rounds.push((user + system) / calls);
  }
  return median(rounds);
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? Number.NaN;
}

function cpuTable(): string[] {
  const rows = SETTINGS.map((setting) => {
    const connect = connector(setting);
    const cells = SIZES.map((bytes) => {
      const messages = feed(bytes, 32);
      const { sender, receiver } = connect();
      const at = (index: number): Buffer => messages[index % messages.length]!;
      const encode = (index: number): Uint8Array =>
        atOnce(sender.encode({ opcode: BINARY, payload: at(index) }))!.payload;
      const compressed = messages.map((_, index) => Uint8Array.from(encode(index)));
      const share = compressed.reduce((sum, { length }) => sum + length, 0) / (bytes * messages.length);
      const deflating = cpuPerCall(encode);
      // In their order and from the start, so that each finds the window that it was compressed with.
      let fresh = receiver;
      const inflating = cpuPerCall((index) => {
        const turn = index % compressed.length;
        if (turn === 0) fresh = connect().receiver;
        atOnce(fresh.decode({ opcode: BINARY, payload: compressed[turn]! }, bytes));
      });
      return `${deflating.toFixed(0)} / ${inflating.toFixed(0)} · ${(share * 100).toFixed(0)} %`;
    });
    return `| ${setting[0]} | ${cells.join(' | ')} |`;
  });
  const header = SIZES.map((bytes) => `${bytes / 1024} KiB`).join(' | ');
  return [`| setting | ${header} |`, `|---|${SIZES.map(() => '--:|').join('')}`, ...rows];
}

interface Memory {
  /** The heap, and what Node counts beside it. */
  readonly counted: number;
  readonly resident: number;
}

/** Bytes of memory that one of many takes, after garbage was collected. */
async function memoryOf(open: () => Promise<unknown> | unknown): Promise<Memory> {
  // What the first ones leave in the allocator's hands is there for the others.
  for (let i = 0; i < CONNECTIONS / 10; i++) await open();
  const kept: unknown[] = [];
  const before = await settledMemory();
  for (let i = 0; i < CONNECTIONS; i++) kept.push(await open());
  const after = await settledMemory();
  if (kept.length !== CONNECTIONS) throw new Error('something was lost');
  return {
    counted: (after.counted - before.counted) / CONNECTIONS,
    resident: (after.resident - before.resident) / CONNECTIONS,
  };
}

async function settledMemory(): Promise<Memory> {
  for (let i = 0; i < 4; i++) {
    collectGarbage?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { counted: heapUsed + external, resident: rss };
}

async function memoryTable(): Promise<string[]> {
  const messages = feed(40_000, 4);
  const rows: string[] = [];
  const row = async (name: string, open: () => unknown): Promise<void> => {
    const { counted, resident } = await memoryOf(open);
    rows.push(`| ${name} | ${(counted / 1024).toFixed(1)} | ${(resident / 1024).toFixed(1)} |`);
  };
  for (const setting of SETTINGS.filter(([name]) => !/level [16]/.test(name))) {
    const connect = connector(setting);
    await row(setting[0].replace(', level 3', ''), () => {
      // A connection has one end in this process, with a window for each direction: just what one pair has.
      const { sender, receiver } = connect();
      for (const message of messages) {
        const { payload } = atOnce(sender.encode({ opcode: BINARY, payload: message }))!;
        atOnce(receiver.decode({ opcode: BINARY, payload }, message.length));
      }
      return [sender, receiver];
    });
  }
  await row('two zlib streams, window 12, memLevel 5', () => streams(12, 5, messages[0]!));
  await row('two zlib streams, window 15, memLevel 8', () => streams(15, 8, messages[0]!));
  return ['| setting | counted by Node | resident |', '|---|--:|--:|', ...rows];
}

/** What implementations with streams keep for each connection. */
async function streams(windowBits: number, memLevel: number, message: Buffer): Promise<unknown> {
  const deflate = createDeflateRaw({ windowBits, memLevel });
  const inflate = createInflateRaw({ windowBits });
  deflate.on('data', (chunk) => inflate.write(chunk));
  inflate.resume();
  deflate.write(message);
  await new Promise<void>((resolve) => deflate.flush(() => resolve()));
  await new Promise<void>((resolve) => inflate.flush(() => resolve()));
  return [deflate, inflate];
}

if (collectGarbage === undefined) {
  process.stderr.write('memory cannot be measured without --expose-gc; run npm run bench:compression\n');
  process.exitCode = 2;
} else {
  const machine = `Node ${process.versions.node}, zlib ${process.versions.zlib}, ${cpus()[0]?.model ?? 'an unknown CPU'}`;
  const lines = [
    `Measured with ${machine}.`,
    '',
    'KiB of memory for compression at one end of a connection, after four messages of 40 KB each way:',
    '',
    ...(await memoryTable()),
    '',
    'CPU microseconds for a message, to compress / to decompress, and what is left of its bytes:',
    '',
    ...cpuTable(),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
