import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The programs in `bench/peers/`. */
export type PeerName = 'ws101' | 'ws' | 'bufferutil' | 'raw' | 'null' | 'bun' | 'deno';

/** A server that is measured, as it can be started here. */
export interface Peer {
  readonly name: PeerName;
  readonly title: string;
  /** Of the implementation and of what runs it; empty when it is missing. */
  readonly version: string;
  /** How it is set up, in a few words. */
  readonly setup: string;
  /** Why it cannot take part; undefined when it can. */
  readonly missing: string | undefined;
  /** Starts it, from the folder of the repository; it listens on `PORT`, or on `--port`. */
  command(...options: readonly string[]): readonly string[];
}

/** What `npm run bench:peers` has left in `bench/.peers/installed.json`. */
interface Installed {
  readonly bun?: { readonly path: string; readonly version: string };
  readonly deno?: { readonly path: string; readonly version: string };
  readonly bufferutil?: { readonly version: string };
}

/** The folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('..', import.meta.url));

const INSTALL = 'not installed; npm run bench:peers installs it';
const DENO_OPTIONS = ['run', '--quiet', '--no-prompt', '--no-config', '--allow-net', '--allow-env', '--allow-read'];

/** All peers, those that cannot take part included. */
export function findPeers(): readonly Peer[] {
  const { bun, deno, bufferutil } = installed();
  const ws = versionOf('node_modules/ws/package.json');
  const node = `Node ${process.versions.node}`;
  const built = existsSync(`${ROOT}/dist/index.js`) ? undefined : 'not built; npm run build builds it';
  const program = (name: string): string => `bench/peers/${name}.js`;
  const inNode = (name: string, ...fixed: readonly string[]): Peer['command'] => {
    return (...options) => [process.execPath, program(name), ...fixed, ...options];
  };
  return [
    {
      name: 'ws101',
      title: 'ws101',
      version: `${versionOf('package.json')}, ${node}`,
      setup: 'default limits and keepalive; waits for drain when pressured; rooms by RoomHub',
      missing: built,
      command: inNode('ws101'),
    },
    {
      name: 'ws',
      title: 'ws',
      version: `${ws}, ${node}`,
      setup: 'default options, WS_NO_BUFFER_UTIL=1; a room is a loop over its members',
      missing: undefined,
      command: inNode('ws'),
    },
    {
      name: 'bufferutil',
      title: 'ws + bufferutil',
      version: bufferutil === undefined ? '' : `${ws} + ${bufferutil.version}, ${node}`,
      setup: 'as ws, with the native module bufferutil',
      missing: bufferutil === undefined ? INSTALL : undefined,
      command: inNode('ws', '--bufferutil'),
    },
    {
      name: 'raw',
      title: 'raw node:net',
      version: node,
      setup: 'counts bytes and answers with prepared frames; parses nothing, checks nothing',
      missing: undefined,
      command: inNode('raw'),
    },
    {
      name: 'null',
      title: 'null server',
      version: node,
      setup: 'what the load tool is calibrated against',
      missing: built,
      command: inNode('null'),
    },
    {
      name: 'bun',
      title: 'Bun',
      version: bun?.version ?? '',
      setup: 'backpressureLimit 0, as the default drops messages; idleTimeout 0; rooms by publish',
      missing: bun === undefined ? INSTALL : undefined,
      command: (...options) => [bun?.path ?? 'bun', program('bun'), ...options],
    },
    {
      name: 'deno',
      title: 'Deno',
      version: deno?.version ?? '',
      setup: 'Deno.serve, idleTimeout 0; a room is a loop over its members',
      missing: deno === undefined ? INSTALL : undefined,
      command: (...options) => [deno?.path ?? 'deno', ...DENO_OPTIONS, program('deno'), ...options],
    },
  ];
}

function installed(): Installed {
  const path = `${ROOT}/bench/.peers/installed.json`;
  if (!existsSync(path)) return {};
  const { bun, deno, bufferutil } = JSON.parse(readFileSync(path, 'utf8')) as Installed;
  const isThere = (runtime: Installed['bun']): boolean => runtime !== undefined && existsSync(runtime.path);
  return {
    ...(bun !== undefined && isThere(bun) ? { bun } : {}),
    ...(deno !== undefined && isThere(deno) ? { deno } : {}),
    ...(bufferutil === undefined ? {} : { bufferutil }),
  };
}

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(`${ROOT}/${manifest}`, 'utf8')) as { readonly version: string }).version;
}
