import type {
  ChoiceOption as Choice,
  DefaultOption as Default,
  FlagOption as Flag,
  ManyOption as Many,
  OptionalOption as Optional,
} from './options.ts';

const DIGITS: readonly string[] = Array.from({ length: 16 }, (_, i) => String(i));

/** The options about what is sent and what is printed that `connect` and `listen` share. */
export const CONVERSATION_OPTIONS: {
  readonly binary: Flag;
  readonly ndjson: Flag;
  readonly frames: Flag;
  readonly 'raw-output': Flag;
  readonly ping: Optional<'seconds'>;
  readonly deflate: Flag;
  readonly 'max-message': Default<'size'>;
  readonly close: Default<'port'>;
} = {
  binary: { type: 'flag', description: 'lines are hexadecimal digits of binary messages' },
  ndjson: { type: 'flag', description: 'lines are JSON objects that say what to send; events are printed so' },
  frames: { type: 'flag', description: 'show every frame that passes, explained' },
  'raw-output': { type: 'flag', description: 'print messages as they are; control characters reach the terminal' },
  ping: {
    type: 'seconds',
    optional: true,
    description: 'ping this often, and print how long the answers take',
    example: '5',
  },
  deflate: { type: 'flag', description: 'compress messages, if the other end does too' },
  'max-message': {
    type: 'size',
    default: 64 * 1024 * 1024,
    description: 'the longest message, both ways',
  },
  close: {
    type: 'port',
    default: 1000,
    placeholder: 'CODE',
    description: 'the code to close with in the end',
    example: '4000',
  },
};

/** The options of `ws101 connect`. */
export const CONNECT_OPTIONS: typeof CONVERSATION_OPTIONS & {
  readonly send: Many;
  readonly file: Optional<'text'>;
  readonly expect: Many;
  readonly timeout: Optional<'seconds'>;
  readonly wait: Default<'seconds'>;
  readonly 'no-close': Flag;
  readonly raw: Flag;
  readonly fragment: Optional<'count'>;
  readonly 'no-mask': Flag;
  readonly rsv: Choice;
  readonly opcode: Choice;
  readonly header: Many;
  readonly subprotocol: Many;
  readonly origin: Optional<'text'>;
  readonly 'connect-timeout': Default<'seconds'>;
  readonly proxy: Optional<'text'>;
  readonly ca: Optional<'text'>;
  readonly insecure: Flag;
  readonly cert: Optional<'text'>;
  readonly key: Optional<'text'>;
  readonly servername: Optional<'text'>;
} = {
  send: {
    type: 'text',
    short: 'x',
    default: [],
    many: true,
    description: 'send this before any line, in the form of lines',
    example: 'hello',
  },
  file: { type: 'text', optional: true, placeholder: 'PATH', description: 'send this file as one binary message' },
  expect: {
    type: 'text',
    default: [],
    many: true,
    placeholder: 'TEXT|/RE/',
    description: 'end with exit code 0 when this message came; each in turn',
    example: '/^hel+o/i',
  },
  timeout: {
    type: 'seconds',
    optional: true,
    description: 'end with exit code 9 after this time; with --expect 10 unless given',
    example: '5',
  },
  wait: {
    type: 'seconds',
    default: 1000,
    description: 'at the end of input, close when nothing came for this long',
    example: '0',
  },
  'no-close': { type: 'flag', description: 'at the end of input, stay until the server closes' },
  ...CONVERSATION_OPTIONS,
  raw: { type: 'flag', description: 'lines are hexadecimal digits of bytes for the wire, right or wrong' },
  fragment: { type: 'count', optional: true, description: 'cut messages into frames of at most N bytes', example: '2' },
  'no-mask': { type: 'flag', description: 'leave the masks out, which no client may' },
  rsv: {
    type: 'choice',
    choices: DIGITS.slice(0, 8),
    optional: true,
    placeholder: 'BITS',
    description: 'reserved bits of the first frame: 4 is RSV1, 2 is RSV2, 1 is RSV3',
    example: '4',
  },
  opcode: {
    type: 'choice',
    choices: DIGITS,
    optional: true,
    placeholder: 'N',
    description: 'opcode of the first frame, 0 to 15',
    example: '3',
  },
  header: {
    type: 'text',
    short: 'H',
    default: [],
    many: true,
    placeholder: "'NAME: VALUE'",
    description: 'a field of the request',
    example: '"Authorization: Bearer secret"',
  },
  subprotocol: { type: 'text', default: [], many: true, description: 'offer this subprotocol', example: 'chat.v1' },
  origin: { type: 'text', optional: true, description: 'the Origin field', example: 'https://example.com' },
  'connect-timeout': { type: 'seconds', default: 10_000, description: 'the longest that the handshake may take' },
  proxy: {
    type: 'text',
    optional: true,
    placeholder: 'URL',
    description: 'an HTTP proxy to go through',
    example: 'http://localhost:3128',
  },
  ca: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'wss: trust the certificates in this PEM file',
  },
  insecure: { type: 'flag', short: 'k', description: 'wss: trust any certificate' },
  cert: { type: 'text', optional: true, placeholder: 'FILE', description: 'wss: the certificate of this client' },
  key: { type: 'text', optional: true, placeholder: 'FILE', description: 'wss: its private key' },
  servername: {
    type: 'text',
    optional: true,
    placeholder: 'NAME',
    description: 'wss: the name to ask for and to verify',
  },
};
