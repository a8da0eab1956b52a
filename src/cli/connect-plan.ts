import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import {
  parseWebSocketUrl,
  resolveForConnection,
  type WebSocketOptions,
  type WebSocketSettings,
} from '../node/index.ts';
import type { CONNECT_OPTIONS } from './connect-options.ts';
import type { ConversationForm } from './conversation.ts';
import { Expectation } from './expectation.ts';
import type { ValuesOf } from './options.ts';
import { type FrameShape, isPlain, type LineForm, type Outgoing, parseLine } from './outgoing.ts';
import { bytesFor } from './shaped-frames.ts';
import { readTlsFiles, reasonOf } from './tls-files.ts';
import { explained, quote, UsageError } from './usage-error.ts';

type Values = ValuesOf<typeof CONNECT_OPTIONS>;

/** What a command line of `ws101 connect` asks for, checked. */
export interface ConnectPlan {
  readonly url: URL;
  readonly settings: WebSocketSettings;
  readonly lineForm: LineForm;
  readonly shape: FrameShape;
  /** What is sent before any line. */
  readonly first: readonly Outgoing[];
  readonly expectation: Expectation;
  readonly timeoutMs: number | undefined;
  /** How long nothing must have come after the end of input; undefined to stay. */
  readonly waitMs: number | undefined;
  readonly pingMs: number | undefined;
  readonly closeCode: number;
  readonly frames: boolean;
  readonly form: ConversationForm;
  readonly maxBytes: number;
}

const EXPECT_MS = 10_000;

/**
 * Reads the values of the options and the operands.
 *
 * Throws a `UsageError` for what cannot be, before anything is connected.
 */
export function readPlan(values: Values, operands: readonly string[]): ConnectPlan {
  const [given, ...more] = operands;
  if (given === undefined) throw new UsageError('give the URL of a server, such as ws://localhost:8080/ws');
  if (more.length > 0)
    throw new UsageError(`one URL is enough; put ${quote(more[0] ?? '')} in quotes with what it belongs to`);
  const { url, secure } = explained(() => parseWebSocketUrl(given));
  const lineForm = lineFormOf(values);
  const shape = shapeOf(values);
  if (lineForm === 'raw' && !isPlain(shape))
    throw new UsageError('--raw sends bytes as they are; leave --fragment, --no-mask, --rsv and --opcode out');
  if (values.ping === 0) throw new UsageError('--ping must be longer than 0 seconds');
  const expectation = new Expectation(values.expect);
  return {
    url,
    settings: explained(() => resolveForConnection(clientOptions(values, secure))),
    lineForm,
    shape,
    first: firstOf(values, lineForm, shape),
    expectation,
    timeoutMs: timerMs(values.timeout ?? (expectation.pending ? EXPECT_MS : undefined)),
    waitMs: values['no-close'] ? undefined : timerMs(values.wait),
    pingMs: timerMs(values.ping),
    closeCode: values.close,
    frames: values.frames,
    form: { ndjson: values.ndjson, rawOutput: values['raw-output'] },
    maxBytes: values['max-message'],
  };
}

// A timer of Node fires at once when it is set to more, which is 24 days.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A time that a timer can take. */
export function timerMs(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.min(ms, LONGEST_TIMER_MS);
}

/** How lines are read; the flags for it exclude each other. */
export function lineFormOf(values: {
  readonly binary: boolean;
  readonly ndjson: boolean;
  readonly raw?: boolean;
}): LineForm {
  const forms = (['binary', 'raw', 'ndjson'] as const).filter((form) => values[form] === true);
  if (forms.length > 1)
    throw new UsageError(`--${forms[0]} and --${forms[1]} say different things of lines; leave one out`);
  return forms[0] ?? 'text';
}

function shapeOf(values: Values): FrameShape {
  const { fragment = Number.POSITIVE_INFINITY, rsv, opcode } = values;
  return {
    ...(Number.isFinite(fragment) ? { fragment } : {}),
    ...(values['no-mask'] ? { mask: false } : {}),
    ...(rsv === undefined ? {} : { rsv: Number(rsv) }),
    ...(opcode === undefined ? {} : { opcode: Number(opcode) }),
  };
}

function firstOf(values: Values, form: LineForm, shape: FrameShape): Outgoing[] {
  const first = values.send.flatMap((line) => parseLine(line, form, shape) ?? []);
  if (values.file !== undefined)
    first.push({ kind: 'message', payload: readFile(values.file, values['max-message']), shape });
  // Whatever cannot be written is found before there is a connection.
  for (const outgoing of first) bytesFor(outgoing);
  return first;
}

function readFile(path: string, maxBytes: number): Uint8Array {
  let content: Uint8Array;
  try {
    content = new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new UsageError(`--file: ${quote(path)} cannot be read: ${reasonOf(error)}`);
  }
  if (content.length <= maxBytes) return content;
  throw new UsageError(`--file: ${quote(path)} has ${content.length} bytes; raise --max-message, which is ${maxBytes}`);
}

function clientOptions(values: Values, secure: boolean): WebSocketOptions {
  const { subprotocol, origin, proxy, deflate } = values;
  return {
    protocols: subprotocol,
    headers: values.header.map(headerOf),
    ...(origin === undefined ? {} : { origin }),
    ...(proxy === undefined ? {} : { proxy }),
    tls: tlsOptions(values, secure),
    handshakeTimeoutMs: Math.max(1, values['connect-timeout']),
    maxMessageBytes: values['max-message'],
    keepalive: false,
    // What is typed is short, and whoever asks for compression wants to see it.
    deflate: deflate ? { threshold: 0 } : false,
  };
}

/** How TLS is spoken, by options for it; those refuse to stand where there is none. */
export function tlsOptions(
  values: Partial<Pick<Values, 'ca' | 'cert' | 'key' | 'insecure' | 'servername'>>,
  secure: boolean,
): TlsOptions {
  const { ca, cert, key, insecure, servername } = values;
  const given = (['ca', 'cert', 'key', 'insecure', 'servername'] as const).find((name) => values[name]);
  if (given !== undefined && !secure) throw new UsageError(`--${given} is for wss: URLs; there is no TLS on ws:`);
  return {
    ...readTlsFiles({ ca, cert, key }, { cert: '--cert', key: '--key' }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(servername === undefined ? {} : { servername }),
  };
}

/** A field of the request, from the form in which `--header` takes it. */
export function headerOf(text: string): readonly [name: string, value: string] {
  const colon = text.indexOf(':');
  // What stands behind the colon may be a secret.
  if (colon < 1) throw new UsageError("--header must be 'Name: value', with a colon");
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
