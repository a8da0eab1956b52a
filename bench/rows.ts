import type { BenchOptions } from '../src/bench/index.ts';
import type { PeerName } from './catalog.ts';

/** A server as one row measures it. */
export interface Contender {
  /** What it is called on the command line and in results. */
  readonly name: string;
  readonly peer: PeerName;
  /** What its program is told. */
  readonly options: readonly string[];
}

/** One comparison: what is asked of all contenders. */
export interface Row {
  /** The name of its file. */
  readonly name: string;
  readonly title: string;
  readonly path: '/echo' | '/room';
  readonly contenders: readonly Contender[];
  /** What every program is told. */
  readonly options: readonly string[];
  readonly load: Omit<BenchOptions, 'url' | 'variants'>;
  /** In place of parts of `load`, to see whether it works at all. */
  readonly quick: Partial<BenchOptions>;
}

const contender = (name: string, peer: PeerName, ...options: readonly string[]): Contender => ({ name, peer, options });

const OWN = contender('ws101', 'ws101');
const BORROW = contender('ws101 borrow', 'ws101', '--mode=borrow');
const LOOP = contender('ws101 loop', 'ws101', '--mode=loop');
const WS = contender('ws', 'ws');
const BUFFERUTIL = contender('ws + bufferutil', 'bufferutil');
const RAW = contender('raw', 'raw');
const BUN = contender('Bun', 'bun');
const DENO = contender('Deno', 'deno');

const PLATFORMS = [BUN, DENO];
const BINARY = [OWN, BORROW, LOOP, WS, BUFFERUTIL, RAW, ...PLATFORMS];
const TEXT = [OWN, LOOP, WS, BUFFERUTIL, RAW, ...PLATFORMS];
const ROOM = [OWN, WS, BUFFERUTIL, RAW, ...PLATFORMS];
const BINARY_ROOM = [OWN, BORROW, WS, BUFFERUTIL, RAW, ...PLATFORMS];
const WITHOUT_FRAMES = [OWN, WS, RAW, ...PLATFORMS];

/** Of what other contenders are shown as multiples, where they take part. */
export const BASES: readonly string[] = [WS.name, RAW.name];

/** All comparisons, in the order of the page. */
export const ROWS: readonly Row[] = [
  ...echo('echo-32-depth-1', '32 bytes, 50 connections, 1 in flight', 32, 50, 1),
  ...echo('echo-32-depth-32', '32 bytes, 50 connections, 32 in flight', 32, 50, 32),
  ...echo('echo-16k', '16 KiB, 20 connections, 4 in flight', 16 * 1024, 20, 4),
  ...echo('echo-1m', '1 MiB, 4 connections, 1 in flight', 1024 * 1024, 4, 1),
  ...room('room-500-depth-1', '500 members, 32 bytes, 1 message in flight', 32, 1),
  ...room('room-500-depth-8', '500 members, 64 bytes, 8 messages in flight', 64, 8),
  {
    name: 'handshakes',
    title: 'Opening handshakes as fast as they come',
    path: '/echo',
    contenders: WITHOUT_FRAMES,
    options: [],
    load: { scenario: 'storm', source: { kind: 'size', bytes: 32 }, binary: false },
    quick: { connections: 50 },
  },
  {
    name: 'idle',
    title: 'Memory of an idle connection',
    path: '/echo',
    contenders: WITHOUT_FRAMES,
    options: [],
    load: { scenario: 'idle', steps: [2_500, 5_000, 10_000] },
    quick: { steps: [50, 100, 200] },
  },
  deflate('takeover'),
  deflate('no-takeover'),
  tls('tls-32-depth-1', 1),
  tls('tls-32-depth-32', 32),
];

function echo(name: string, load: string, bytes: number, connections: number, depth: number): Row[] {
  const row = (suffix: string, binary: boolean): Row => ({
    name: `${name}${suffix}`,
    title: `Echo of ${binary ? 'binary' : 'text'}: ${load}`,
    path: '/echo',
    contenders: binary ? BINARY : TEXT,
    options: [],
    load: { scenario: 'echo', source: { kind: 'size', bytes }, connections, depth, binary },
    quick: {},
  });
  return [row('', true), row('-text', false)];
}

/** Rooms are of text first, as those of most programs are. */
function room(name: string, load: string, bytes: number, depth: number): Row[] {
  const row = (suffix: string, binary: boolean): Row => ({
    name: `${name}${suffix}`,
    title: `Deliveries of ${binary ? 'binary' : 'text'} in a room: ${load}`,
    path: '/room',
    contenders: binary ? BINARY_ROOM : ROOM,
    options: [],
    load: { scenario: 'fanout', source: { kind: 'size', bytes }, connections: 500, depth, binary },
    quick: { connections: 50 },
  });
  return [row('', false), row('-binary', true)];
}

/** The platforms that compress choose their windows themselves, and Deno does not compress. */
function deflate(takeover: 'takeover' | 'no-takeover'): Row {
  return {
    name: `deflate-${takeover}`,
    title: `Echo of about 1 KiB of JSON with permessage-deflate, ${takeover === 'takeover' ? 'with' : 'without'} context takeover`,
    path: '/echo',
    contenders: [OWN, WS, BUN],
    options: [`--deflate=${takeover}`],
    load: { scenario: 'deflate', connections: 20, depth: 4, takeover: takeover === 'takeover' },
    quick: {},
  };
}

function tls(name: string, depth: number): Row {
  return {
    name,
    title: `Echo over TLS: 32 bytes, 50 connections, ${depth} in flight`,
    path: '/echo',
    contenders: WITHOUT_FRAMES,
    options: ['--tls'],
    load: { scenario: 'echo', source: { kind: 'size', bytes: 32 }, connections: 50, depth, insecure: true },
    quick: {},
  };
}
