import { Buffer } from 'node:buffer';
import { isControlOpcode, Opcode } from '../../codec/index.ts';

/** The first line of a recording. */
export interface RecordingHeader {
  readonly schema: 1;
  readonly type: 'ws101-recording';
  /** Where it was recorded. */
  readonly url?: string;
  /** When, in ISO 8601. */
  readonly recordedAt?: string;
  /** The agreed subprotocol. */
  readonly protocol?: string;
}

/** One frame of a recording: a line of its own. */
export interface RecordedFrame {
  /** Since the connection stood, in milliseconds; fractions count. Never less than that of the line before. */
  readonly atMs: number;
  readonly from: 'client' | 'server';
  readonly opcode: number;
  readonly fin: boolean;
  /** Unmasked and, where compression was agreed on, uncompressed. */
  readonly payload: Uint8Array;
}

/** One connection from its opening on, frame by frame, both directions. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly frames: readonly RecordedFrame[];
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const OPCODES: readonly number[] = Object.values(Opcode);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * A recording as text: lines of JSON, the header first.
 *
 * A frame is `{"at_ms":12.5,"from":"client","opcode":1,"fin":true,"payload":"hi"}`; a payload that is no text of its own, binary or
 * a piece of a character, stands in base64, and `"encoding":"base64"` says so.
 */
export function formatRecording({ header, frames }: Recording): string {
  const { schema, type, ...rest } = header;
  return [JSON.stringify({ schema, type, ...rest }), ...frames.map(formatFrame), ''].join('\n');
}

function formatFrame({ atMs, from, opcode, fin, payload }: RecordedFrame): string {
  const text = opcode === Opcode.BINARY || isControlOpcode(opcode) ? undefined : textOf(payload);
  const content =
    text === undefined ? { payload: Buffer.from(payload).toString('base64'), encoding: 'base64' } : { payload: text };
  return JSON.stringify({ at_ms: atMs, from, opcode, fin, ...content });
}

function textOf(payload: Uint8Array): string | undefined {
  try {
    return UTF8.decode(payload);
  } catch {
    return undefined;
  }
}

/**
 * Reads what {@link formatRecording} writes. Empty lines are skipped, fields that it does not know are ignored.
 *
 * @throws SyntaxError that names the line and what is wrong with it
 */
export function parseRecording(text: string): Recording {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const [first, ...rest] = lines.filter(({ line }) => line !== '');
  if (first === undefined) throw new SyntaxError('the recording is empty');
  const header = parseLine(first.line, first.number);
  if (header.type !== 'ws101-recording' || header.schema !== 1) {
    throw new SyntaxError(`line ${first.number}: a recording begins with {"schema":1,"type":"ws101-recording"}`);
  }
  let lastMs = 0;
  const frames = rest.map(({ line, number }) => {
    const frame = parseFrame(parseLine(line, number), number);
    if (frame.atMs < lastMs) throw new SyntaxError(`line ${number}: at_ms goes back from ${lastMs} to ${frame.atMs}`);
    lastMs = frame.atMs;
    return frame;
  });
  return { header: header as unknown as RecordingHeader, frames };
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

function parseFrame(line: Readonly<Record<string, unknown>>, number: number): RecordedFrame {
  const { at_ms: atMs, from, opcode, fin, payload, encoding } = line;
  const complain = (what: string): SyntaxError => new SyntaxError(`line ${number}: ${what}`);
  if (typeof atMs !== 'number' || !(atMs >= 0)) throw complain('at_ms must be milliseconds since the opening');
  if (from !== 'client' && from !== 'server') throw complain('from must be "client" or "server"');
  if (typeof opcode !== 'number' || !OPCODES.includes(opcode)) {
    throw complain(`opcode must be one of ${OPCODES.join(', ')}`);
  }
  if (typeof fin !== 'boolean') throw complain('fin must be true or false');
  if (typeof payload !== 'string') throw complain('payload must be a text');
  if (encoding !== undefined && encoding !== 'base64')
    throw complain('encoding must be "base64", or left out for text');
  if (encoding === 'base64' && !BASE64.test(payload)) throw complain('payload is no base64');
  const bytes = Buffer.from(payload, encoding ?? 'utf8');
  if (isControlOpcode(opcode) && (!fin || bytes.length > 125)) {
    throw complain('a control frame is whole and has at most 125 bytes');
  }
  return { atMs, from, opcode, fin, payload: bytes };
}
