import { isIP } from 'node:net';
import { createInspector, type Inspector, type InspectorOptions } from '../inspector/index.ts';
import { parseWebSocketUrl } from '../node/index.ts';
import type { Terminal } from './command.ts';
import type { OptionSpec } from './options.ts';
import { serve } from './serve.ts';
import { reasonOf } from './tls-files.ts';
import { quote, UsageError } from './usage-error.ts';

const DEFAULT_PORT = 8081;
const DEFAULT_HOST = 'localhost';

/** The options of the live inspector. */
export const LIVE_OPTIONS: {
  readonly target: OptionSpec & { readonly type: 'text'; readonly optional: true };
  readonly replay: OptionSpec & { readonly type: 'text'; readonly optional: true };
  readonly offline: OptionSpec & { readonly type: 'flag' };
  readonly record: OptionSpec & { readonly type: 'text'; readonly optional: true };
  readonly insecure: OptionSpec & { readonly type: 'flag' };
  readonly port: OptionSpec & { readonly type: 'port'; readonly optional: true };
  readonly host: OptionSpec & { readonly type: 'text'; readonly optional: true };
} = {
  target: {
    type: 'text',
    optional: true,
    placeholder: 'URL',
    description: 'live: relay connections to this server, and show every frame on a page',
  },
  replay: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'live: show on the page what --record has written',
  },
  offline: { type: 'flag', description: 'live: the page alone, which decodes bytes that are pasted into it' },
  record: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'with --target: write all bytes to a file',
  },
  insecure: { type: 'flag', description: 'with --target: take certificates that are not trusted' },
  port: {
    type: 'port',
    optional: true,
    description: `live: the port; 0 takes any free one (default: ${DEFAULT_PORT})`,
  },
  host: {
    type: 'text',
    optional: true,
    description: `live: the name or address to listen on (default: ${DEFAULT_HOST})`,
  },
};

/** Lines of the help text. */
export const LIVE_NOTES: readonly string[] = [
  'Live, a proxy stands between client and server, and its page explains every byte that passes:',
  '  ws101 inspect --target ws://localhost:8080/ws',
  '  ws101 inspect --target wss://example.com/feed --port 8081 --record feed.ndjson',
  '  ws101 inspect --replay feed.ndjson',
  '  ws101 inspect --offline',
  'Point the client at ws://localhost:8081/ and open http://localhost:8081/ in a browser.',
];

/** What was given for {@link LIVE_OPTIONS}. */
export interface LiveValues {
  readonly target: string | undefined;
  readonly replay: string | undefined;
  readonly offline: boolean;
  readonly record: string | undefined;
  readonly insecure: boolean;
  readonly port: number | undefined;
  readonly host: string | undefined;
}

/** Whether the live inspector is asked for. */
export function isLive({ target, replay, offline }: LiveValues): boolean {
  return target !== undefined || replay !== undefined || offline;
}

/**
 * Throws a `UsageError` for options that do not go together.
 *
 * @param others what stands beside them that is for bytes alone: operands, or options with a value other than their default
 */
export function checkLive(values: LiveValues, others: readonly string[]): void {
  const { target, replay, offline, record, insecure, port, host } = values;
  if (!isLive(values)) {
    const lonely = [
      [record, '--record'],
      [insecure || undefined, '--insecure'],
      [port, '--port'],
      [host, '--host'],
    ].find(([value]) => value !== undefined);
    if (lonely !== undefined) throw new UsageError(`${lonely[1]} is for the live inspector; give --target URL, too`);
    return;
  }
  const modes = [target !== undefined && '--target', replay !== undefined && '--replay', offline && '--offline'];
  const [one, two] = modes.filter((mode) => mode !== false);
  if (two !== undefined) throw new UsageError(`${one} and ${two} do not go together; give one of them`);
  const [other] = others;
  if (other !== undefined) throw new UsageError(`${other} is for bytes, not for ${one}; leave it out`);
  if (target === undefined && record !== undefined)
    throw new UsageError(`--record needs --target; ${one} has no traffic`);
  if (target === undefined && insecure) throw new UsageError(`--insecure needs --target; ${one} connects to nobody`);
  if (target !== undefined) checkTarget(target, host ?? DEFAULT_HOST, port ?? DEFAULT_PORT);
}

function checkTarget(target: string, host: string, port: number): void {
  let parsed: ReturnType<typeof parseWebSocketUrl>;
  try {
    parsed = parseWebSocketUrl(target);
  } catch (error) {
    throw new UsageError(`--target ${quote(target)}: ${(error as Error).message}`);
  }
  const isSame = parsed.hostname === host || (isLoopback(parsed.hostname) && (isLoopback(host) || isAny(host)));
  if (port !== 0 && parsed.port === port && isSame) {
    throw new UsageError(`the target is the inspector itself; choose another --port than ${port}`);
  }
}

/** Serves until SIGINT or SIGTERM. Rejects with a `UsageError` for a file or an address that cannot be used. */
export async function runLive(values: LiveValues, terminal: Terminal): Promise<void> {
  const { target, replay, offline, record, insecure, port = DEFAULT_PORT, host = DEFAULT_HOST } = values;
  const hosts = isLoopback(host) ? ['localhost', '127.0.0.1', '[::1]', host] : undefined;
  const inspector = await create({ target, insecure, record, replay, hosts }, values);
  const server = {
    listen: (where: { readonly host?: string; readonly port?: number } = {}) =>
      inspector.listen({ host: where.host ?? host, port: where.port ?? port }),
    shutdown: () => inspector.close(),
  };
  await serve(server, { host, port }, terminal, (authority) => {
    const page = `inspector at http://${authority}/`;
    if (offline) return `${page} (paste bytes into the page)`;
    return target === undefined
      ? `${page} shows ${replay}`
      : `${page} shows what passes between ws://${authority}/ and ${shown(target)}`;
  });
}

async function create(options: InspectorOptions, { replay, record }: LiveValues): Promise<Inspector> {
  try {
    return await createInspector(options);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof SyntaxError) throw new UsageError(`--replay ${quote(replay ?? '')}: ${error.message}`);
    if (code === undefined) throw new UsageError((error as Error).message);
    const [option, path] = replay === undefined ? ['--record', record] : ['--replay', replay];
    throw new UsageError(`${option} ${quote(path ?? '')}: ${reasonOf(error)}`);
  }
}

/** The URL without a password. */
function shown(target: string): string {
  const url = new URL(target);
  url.username = url.password = '';
  return url.href;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
