import type { Entry } from './entry.ts';
import { toNdjson } from './ndjson.ts';
import { toPcapng } from './pcapng.ts';
import { toTestCase } from './test-case.ts';

/** A file that is made when it is asked for. */
export interface Download {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** What exports are made of. */
export interface ExportSource {
  readonly entries: readonly Entry[];
  /** The URL that was relayed to. */
  readonly target: string;
  /** When time began, in milliseconds since 1970. */
  readonly startedAt: number;
}

type Export = (source: ExportSource) => Uint8Array | string;

const EXPORTS: Readonly<Record<string, readonly [name: string, contentType: string, make: Export]>> = {
  '/.inspector/export.ndjson': ['ws101.ndjson', 'application/x-ndjson', toNdjson],
  '/.inspector/export.pcapng': ['ws101.pcapng', 'application/vnd.tcpdump.pcap', toPcapng],
  '/.inspector/export.test.ts': ['ws101.test.ts', 'text/plain; charset=utf-8', toTestCase],
};

/**
 * The export with this path; undefined when there is none. `connection` in the query limits it to one connection.
 *
 * @param source asked only when there is one
 */
export function exportAt(path: string, query: URLSearchParams, source: () => ExportSource): Download | undefined {
  const found = Object.hasOwn(EXPORTS, path) ? EXPORTS[path] : undefined;
  if (found === undefined) return undefined;
  const [name, contentType, make] = found;
  const all = source();
  const wanted = Number(query.get('connection') ?? '');
  const entries = wanted > 0 ? all.entries.filter(({ connection }) => connection === wanted) : all.entries;
  const made = make({ ...all, entries });
  return { name, contentType, bytes: typeof made === 'string' ? Buffer.from(made) : made };
}
