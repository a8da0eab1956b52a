import { CHAT_COMMANDS } from './chat-connect-lines.ts';
import { CONNECT_OPTIONS } from './connect-options.ts';
import type { FlagOption, ManyOption, OptionalOption } from './options.ts';
import { UsageError } from './usage-error.ts';

/** What `ws101 chat` takes when it is a client. */
export const CHAT_CONNECT_OPTIONS: {
  readonly connect: OptionalOption<'text'>;
  readonly name: OptionalOption<'text'>;
  readonly room: OptionalOption<'text'>;
  readonly ndjson: FlagOption;
  readonly wait: OptionalOption<'seconds'>;
  readonly 'no-close': FlagOption;
  readonly header: ManyOption;
  readonly ca: OptionalOption<'text'>;
  readonly insecure: FlagOption;
} = {
  connect: {
    type: 'text',
    optional: true,
    placeholder: 'URL',
    description: 'no server, but a client in the terminal, of the chat at this URL',
    example: 'ws://localhost:8080/chat --name ann',
  },
  name: { type: 'text', optional: true, description: 'the name to go by; else one that is made up' },
  room: { type: 'text', optional: true, placeholder: 'ROOM', description: 'the room to join first; else lobby' },
  ndjson: { type: 'flag', description: 'print everything as JSON, one object a line' },
  wait: {
    type: 'seconds',
    optional: true,
    description: 'at the end of input, close when nothing came for this long; else 1',
  },
  'no-close': { type: 'flag', description: 'at the end of input, stay' },
  header: CONNECT_OPTIONS.header,
  ca: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'wss: trust the certificates in this PEM file',
  },
  insecure: { type: 'flag', short: 'k', description: 'wss: trust any certificate' },
};

/** What the help text says of the client besides. */
export const CHAT_CONNECT_NOTES: readonly string[] = [
  ...CHAT_COMMANDS,
  '',
  'Exit codes with --connect:',
  '  0  all was said; closed with 1000, 1001 or no code, or as asked for',
  '  2  a mistake on the command line or in a line of a pipe',
  '  3  not connected, or no chat there    4  refused with an HTTP status    5  the server broke a rule',
  '  7  closed by the server with another code',
  '  8  the name, or something of a pipe, was refused; or not all was acknowledged',
];

/** Throws a `UsageError` for an option of the client without `--connect`, and for one of the server with it. */
export function checkSides(args: readonly string[], isClient: boolean): void {
  for (const arg of args) {
    const [, name] = /^--([^=]+)/.exec(arg) ?? [];
    if (name === undefined || Object.hasOwn(CHAT_CONNECT_OPTIONS, name) === isClient) continue;
    throw new UsageError(
      isClient ? `--${name} is for a server; leave it out with --connect` : `--${name} needs --connect`,
    );
  }
}
