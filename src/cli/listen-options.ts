import { STATUS_CODES } from 'node:http';
import type { TlsOptions } from 'node:tls';
import { type Rejection, reject, type ServerOptions } from '../node/index.ts';
import { CONVERSATION_OPTIONS } from './connect-options.ts';
import { lineFormOf, timerMs } from './connect-plan.ts';
import type { ConversationForm } from './conversation.ts';
import type {
  DefaultOption as Default,
  FlagOption as Flag,
  ManyOption as Many,
  OptionalOption as Optional,
  ValuesOf,
} from './options.ts';
import { type LineForm, type Outgoing, parseLine } from './outgoing.ts';
import { bytesFor } from './shaped-frames.ts';
import { readTlsFiles } from './tls-files.ts';
import { explained, UsageError } from './usage-error.ts';

/** The options of `ws101 listen`. */
export const LISTEN_OPTIONS: typeof CONVERSATION_OPTIONS & {
  readonly port: Default<'port'>;
  readonly host: Default<'text'>;
  readonly reply: Optional<'text'>;
  readonly 'close-after': Optional<'number'>;
  readonly status: Optional<'number'>;
  readonly once: Flag;
  readonly subprotocol: Many;
  readonly origin: Default<'origin'>;
  readonly 'tls-cert': Optional<'text'>;
  readonly 'tls-key': Optional<'text'>;
} = {
  port: { type: 'port', default: 8080, description: 'the port; 0 takes any free one and prints it', example: '0' },
  host: { type: 'text', default: 'localhost', description: 'the name or address to listen on', example: '0.0.0.0' },
  reply: { type: 'text', optional: true, description: 'answer every message with this', example: 'thanks' },
  'close-after': {
    type: 'number',
    optional: true,
    description: 'close each connection after N messages; with 0 at once',
    example: '1',
  },
  status: {
    type: 'number',
    optional: true,
    placeholder: 'CODE',
    description: 'refuse everybody with this HTTP status',
    example: '503',
  },
  once: { type: 'flag', description: 'take one client, and end when it has gone, with an exit code that says how' },
  ...CONVERSATION_OPTIONS,
  subprotocol: {
    type: 'text',
    default: [],
    many: true,
    description: 'agree on this subprotocol, if it is offered',
    example: 'chat.v1',
  },
  origin: { type: 'origin', default: 'any', description: 'which pages may connect' },
  'tls-cert': {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'listen with TLS: the certificate, in PEM form',
  },
  'tls-key': { type: 'text', optional: true, placeholder: 'FILE', description: 'its private key' },
};

/** What a command line of `ws101 listen` asks for, checked. */
export interface ListenPlan {
  readonly where: { readonly host: string; readonly port: number; readonly tls: TlsOptions | undefined };
  readonly options: ServerOptions;
  readonly protocols: readonly string[];
  readonly lineForm: LineForm;
  readonly form: ConversationForm;
  readonly reply: Outgoing | undefined;
  readonly closeAfter: number | undefined;
  readonly closeCode: number;
  readonly refusal: Rejection | undefined;
  readonly once: boolean;
  readonly frames: boolean;
  readonly pingMs: number | undefined;
  readonly maxBytes: number;
}

/**
 * Reads the values of the options.
 *
 * Throws a `UsageError` for what cannot be, before anybody can connect.
 */
export function readListenPlan(values: ValuesOf<typeof LISTEN_OPTIONS>): ListenPlan {
  const lineForm = lineFormOf(values);
  const closeAfter = values['close-after'];
  if (closeAfter !== undefined && !Number.isInteger(closeAfter))
    throw new UsageError('--close-after must be a whole number of messages');
  if (values.ping === 0) throw new UsageError('--ping must be longer than 0 seconds');
  if (bytesFor({ kind: 'close', code: values.close, reason: '' }) !== undefined)
    throw new UsageError(`--close must be 1000 to 1003, 1007 to 1014 or 3000 to 4999, not ${values.close}`);
  return {
    where: { host: values.host, port: values.port, tls: tlsOf(values['tls-cert'], values['tls-key']) },
    options: {
      origin: values.origin,
      maxMessageBytes: values['max-message'],
      keepalive: false,
      deflate: values.deflate ? { threshold: 0 } : false,
      ...(values.once ? { maxConnections: 1 } : {}),
    },
    protocols: values.subprotocol,
    lineForm,
    form: { ndjson: values.ndjson, rawOutput: values['raw-output'] },
    reply: values.reply === undefined ? undefined : parseLine(values.reply, lineForm, {}),
    closeAfter,
    closeCode: values.close,
    refusal: values.status === undefined ? undefined : refusalOf(values.status),
    once: values.once,
    frames: values.frames,
    pingMs: timerMs(values.ping),
    maxBytes: values['max-message'],
  };
}

function refusalOf(status: number): Rejection {
  if (!Number.isInteger(status) || status < 300 || status > 599)
    throw new UsageError(`--status must be a whole number from 300 to 599, not ${status}`);
  return explained(() => reject(status, STATUS_CODES[status] ?? 'refused'));
}

function tlsOf(cert: string | undefined, key: string | undefined): TlsOptions | undefined {
  const { cert: certificate, key: secret } = readTlsFiles({ cert, key }, { cert: '--tls-cert', key: '--tls-key' });
  return certificate === undefined || secret === undefined ? undefined : { cert: certificate, key: secret };
}
