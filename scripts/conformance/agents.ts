// Who is tested: the servers and clients of this package and of others, each a program of its own in programs/.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Testee } from '../../src/conformance/index.ts';

/** One that can be tested. */
export interface Agent {
  /** For `--only`: `ws-server`. */
  readonly name: string;
  readonly testee: Testee;
  /** For people: `ws`. */
  readonly title: string;
  /** Of the implementation and of what runs it. */
  readonly version: string;
  /** How it is set up, besides limits as high as group 9 needs them. */
  readonly setup: string;
  /** Why it cannot take part here; undefined when it can. */
  readonly missing: string | undefined;
  /** Starts it: a server listens on `PORT` of its environment, a client takes the arguments of programs/drive.js. */
  readonly command: readonly string[];
  /** Is it this package's own? Those get the floods, too. */
  readonly own: boolean;
}

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

const PYTHON = '/usr/bin/python3';
/** The first release of Node with a WebSocket of its own. */
const NODE_WITH_CLIENT = 22;
const PEERS_MISSING = 'not installed; npm run bench:peers installs it';
const DENO = ['run', '--quiet', '--no-prompt', '--no-config', '--allow-net', '--allow-env', '--allow-read'];

/** All agents, those that cannot take part included; `node` is the path of a Node that has a WebSocket of its own. */
export function findAgents(node: string | undefined): readonly Agent[] {
  const { bun, deno } = runtimes();
  const here = `Node ${process.versions.node}`;
  const own = `${versionIn('package.json')}, ${here}`;
  const ws = `${versionIn('node_modules/ws/package.json')}, ${here}`;
  const websockets = printed(
    PYTHON,
    '-c',
    'import platform, websockets.version as w; print(w.version, platform.python_version())',
  )
    ?.split(' ')
    .join(', Python ');
  const mojolicious = printed('perl', '-MMojolicious', '-e', 'print "$Mojolicious::VERSION, Perl ", $^V =~ s/v//r');
  const withClient = nodeWithClient(node);
  const program = (name: string): string => `scripts/conformance/programs/${name}`;
  const tsx = [process.execPath, '--import', 'tsx'];
  return [
    {
      ...server('ws101', 'ws101', own, 'deflate, threshold 0', [...tsx, program('server-ws101.ts')]),
      own: true,
    },
    server('ws', '`ws`', ws, 'perMessageDeflate, threshold 0', [process.execPath, program('server-ws.js')]),
    server('bun', 'Bun', bun?.version, 'perMessageDeflate, idleTimeout 0', [
      bun?.path ?? 'bun',
      program('server-bun.js'),
    ]),
    server('deno', 'Deno', deno?.version, 'idleTimeout 0', [deno?.path ?? 'deno', ...DENO, program('server-deno.js')]),
    server('websockets', '`websockets`', websockets, 'ping_interval None', [PYTHON, program('server_websockets.py')]),
    server('mojolicious', 'Mojolicious', mojolicious, 'with_compression', ['perl', program('server-mojolicious.pl')]),
    {
      ...client('ws101', 'ws101', own, 'deflate, threshold 0', [...tsx, program('client-ws101.ts')]),
      own: true,
    },
    client('ws', '`ws`', ws, 'perMessageDeflate, threshold 0', [process.execPath, program('client-ws.js')]),
    client('bun', 'Bun', bun?.version, 'as it is', [bun?.path ?? 'bun', program('client-whatwg.js')]),
    client('deno', 'Deno', deno?.version, 'as it is', [deno?.path ?? 'deno', ...DENO, program('client-whatwg.js')]),
    client('node', 'Node', withClient?.version, 'as it is', [withClient?.path ?? 'node', program('client-whatwg.js')]),
    client('websockets', '`websockets`', websockets, 'ping_interval None', [PYTHON, program('client_websockets.py')]),
  ].map((agent) => (agent.missing === undefined ? agent : { ...agent, missing: reasonFor(agent.name) }));
}

type Words = readonly string[];

function agentOf(
  testee: Testee,
  name: string,
  title: string,
  version: string | undefined,
  setup: string,
  command: Words,
): Agent {
  const missing = version === undefined ? '' : undefined;
  return { name: `${name}-${testee}`, testee, title, version: version ?? '', setup, missing, command, own: false };
}

function server(...given: Parameters<typeof agentOf> extends [Testee, ...infer Rest] ? Rest : never): Agent {
  return agentOf('server', ...given);
}

function client(...given: Parameters<typeof agentOf> extends [Testee, ...infer Rest] ? Rest : never): Agent {
  return agentOf('client', ...given);
}

function reasonFor(name: string): string {
  if (name.startsWith('websockets')) return 'not installed; Debian has it as python3-websockets';
  if (name.startsWith('mojolicious')) return 'not installed; Debian has it as libmojolicious-perl';
  if (name === 'node-client') return `no Node of ${NODE_WITH_CLIENT} or later; --node=PATH names one`;
  return PEERS_MISSING;
}

interface Runtime {
  readonly path: string;
  readonly version: string;
}

function runtimes(): { readonly bun?: Runtime; readonly deno?: Runtime } {
  const path = `${ROOT}/bench/.peers/installed.json`;
  if (!existsSync(path)) return {};
  const { bun, deno } = JSON.parse(readFileSync(path, 'utf8')) as { readonly bun?: Runtime; readonly deno?: Runtime };
  return {
    ...(bun !== undefined && existsSync(bun.path) ? { bun } : {}),
    ...(deno !== undefined && existsSync(deno.path) ? { deno } : {}),
  };
}

/** The Node that was named, or this one, when it has a WebSocket of its own. */
function nodeWithClient(path: string = process.execPath): Runtime | undefined {
  const version = printed(path, '--version')?.replace(/^v/, '');
  return version === undefined || Number.parseInt(version, 10) < NODE_WITH_CLIENT ? undefined : { path, version };
}

function printed(command: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function versionIn(manifest: string): string {
  return (JSON.parse(readFileSync(`${ROOT}/${manifest}`, 'utf8')) as { readonly version: string }).version;
}
