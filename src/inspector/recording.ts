import type { End } from './entry.ts';

/** The first line of a recording. */
export interface RecordingStart {
  readonly schema: 1;
  readonly type: 'ws101-inspection';
  /** Where the recorded connections went. */
  readonly target: string;
  /** When it began, in ISO 8601. */
  readonly started_at: string;
}

/** Any other line of a recording; times are milliseconds since it began. */
export type RecordingEvent =
  | {
      readonly event: 'open';
      readonly connection: number;
      readonly at_ms: number;
      readonly client: string;
      readonly changes: readonly string[];
    }
  | {
      readonly event: 'bytes';
      readonly connection: number;
      readonly at_ms: number;
      readonly from: End;
      /** As they were read from the socket, in base64. */
      readonly bytes: string;
    }
  | {
      readonly event: 'end';
      readonly connection: number;
      readonly at_ms: number;
      readonly note: string;
      readonly failed: boolean;
    };

/**
 * The first line of a recording.
 *
 * @throws SyntaxError that says what is wrong with it
 */
export function parseStart(line: string): RecordingStart {
  const value = parseLine(line, 1);
  const { type, schema, target, started_at: startedAt } = value;
  if (type === 'ws101-recording') {
    throw new SyntaxError('line 1: this recording is for ws101 bench; it holds messages, not what was on the wire');
  }
  const fits = type === 'ws101-inspection' && schema === 1 && typeof target === 'string';
  if (!fits || typeof startedAt !== 'string' || Number.isNaN(Date.parse(startedAt))) {
    throw new SyntaxError(
      'line 1: a recording begins with {"schema":1,"type":"ws101-inspection","target":…,"started_at":…}',
    );
  }
  return { schema: 1, type, target, started_at: startedAt };
}

/**
 * Any other line of a recording.
 *
 * @param number of the line, from 1
 * @throws SyntaxError that names the line and says what is wrong with it
 */
export function parseEvent(line: string, number: number): RecordingEvent {
  const value = parseLine(line, number);
  const complain = (what: string): SyntaxError => new SyntaxError(`line ${number}: ${what}`);
  const { event, connection, at_ms, from, bytes, client, changes, note, failed } = value;
  if (typeof connection !== 'number' || !Number.isSafeInteger(connection) || connection < 1) {
    throw complain('connection must be a number from 1');
  }
  if (typeof at_ms !== 'number' || !(at_ms >= 0)) throw complain('at_ms must be milliseconds since the beginning');
  if (event === 'open') {
    const listed = Array.isArray(changes) ? changes.map(String) : [];
    return { event, connection, at_ms, client: String(client ?? ''), changes: listed };
  }
  if (event === 'end') return { event, connection, at_ms, note: String(note ?? ''), failed: failed === true };
  if (event !== 'bytes') throw complain('event must be "open", "bytes" or "end"');
  if (from !== 'client' && from !== 'server') throw complain('from must be "client" or "server"');
  if (typeof bytes !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(bytes)) throw complain('bytes must be base64');
  return { event, connection, at_ms, from, bytes };
}

function parseLine(line: string, number: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new SyntaxError(`line ${number}: this is no JSON`);
  }
  if (typeof value !== 'object' || value === null) throw new SyntaxError(`line ${number}: this is no object`);
  return value as Readonly<Record<string, unknown>>;
}
