import type {
  ChoiceOption as Choice,
  FlagOption as Flag,
  ManyOption as Many,
  OptionalOption as Optional,
} from './options.ts';

/** The options of `ws101 bench`. The letters are those of autocannon where they mean the same. */
export const BENCH_OPTIONS: {
  readonly scenario: Optional<'text'>;
  readonly connections: Optional<'count'>;
  readonly pipelining: Optional<'count'>;
  readonly rate: Optional<'number'>;
  readonly duration: Optional<'seconds'>;
  readonly warmup: Optional<'text'>;
  readonly workers: Optional<'count'>;
  readonly timeout: Optional<'seconds'>;
  readonly runs: Optional<'count'>;
  readonly compare: Many;
  readonly size: Optional<'size'>;
  readonly file: Optional<'text'>;
  readonly template: Optional<'text'>;
  readonly text: Flag;
  readonly binary: Flag;
  readonly deflate: Flag;
  readonly header: Many;
  readonly protocol: Many;
  readonly pacing: Choice<'even' | 'poisson'>;
  readonly steps: Optional<'numbers'>;
  readonly publishers: Optional<'count'>;
  readonly messages: Optional<'count'>;
  readonly share: Optional<'share'>;
  readonly attack: Optional<'text'>;
  readonly adapter: Optional<'text'>;
  readonly script: Optional<'text'>;
  readonly recording: Optional<'text'>;
  readonly speed: Optional<'number'>;
  readonly verify: Choice<'all' | 'count'>;
  readonly slo: Optional<'text'>;
  readonly baseline: Optional<'text'>;
  readonly 'fail-on': Choice<'regression'>;
  readonly 'server-pid': Optional<'count'>;
  readonly 'local-addresses': Optional<'addresses'>;
  readonly 'no-calibrate': Flag;
  readonly insecure: Flag;
  readonly seed: Optional<'count'>;
  readonly title: Optional<'text'>;
  readonly json: Optional<'text'>;
  readonly html: Optional<'text'>;
  readonly hgrm: Optional<'text'>;
  readonly latency: Flag;
  readonly 'no-progress': Flag;
} = {
  scenario: {
    type: 'text',
    optional: true,
    placeholder: 'NAME',
    description: 'what to do, see below (default: echo)',
  },
  connections: {
    type: 'count',
    optional: true,
    short: 'c',
    description: "connections (default: 10, or the scenario's)",
    example: '100',
  },
  pipelining: {
    type: 'count',
    optional: true,
    short: 'p',
    description: 'messages in flight on each connection (default: 1)',
    example: '16',
  },
  rate: {
    type: 'number',
    optional: true,
    short: 'R',
    description: 'messages a second over all connections (default: as fast as it goes)',
  },
  duration: {
    type: 'seconds',
    optional: true,
    short: 'd',
    description: 'how long to measure each phase (default: 10)',
  },
  warmup: {
    type: 'text',
    optional: true,
    short: 'W',
    placeholder: 'S',
    description: 'how long the load flows before that, as 3 or [ -d 3 ] (default: 3)',
  },
  workers: {
    type: 'count',
    optional: true,
    short: 'w',
    description: 'processes that make the load (default: 1)',
    example: '2',
  },
  timeout: {
    type: 'seconds',
    optional: true,
    short: 't',
    description: 'how long to wait for an answer or a handshake (default: 10)',
  },
  runs: {
    type: 'count',
    optional: true,
    description: 'runs of each server, all in fresh processes (default: 1, to compare 5)',
    example: '5',
  },
  compare: {
    type: 'text',
    many: true,
    default: [],
    placeholder: 'NAME=COMMAND|URL',
    description: 'a server to compare, the first being the base',
    example: '"A=node a.js" --compare "B=node b.js"',
  },
  size: {
    type: 'size',
    optional: true,
    description: "bytes of a message (default: 32, or the scenario's)",
    example: '1KiB',
  },
  file: { type: 'text', optional: true, placeholder: 'FILE', description: 'a file that is the message' },
  template: {
    type: 'text',
    optional: true,
    description: 'a text that is the message, with {{seq}}, {{client}} and {{random}} replaced',
  },
  text: { type: 'flag', description: 'send text messages' },
  binary: { type: 'flag', description: 'send binary messages' },
  deflate: { type: 'flag', description: 'offer permessage-deflate, and insist on it' },
  header: {
    type: 'text',
    many: true,
    default: [],
    short: 'H',
    placeholder: '"NAME: VALUE"',
    description: 'a field of the handshake',
    example: '"Authorization: Bearer x"',
  },
  protocol: {
    type: 'text',
    many: true,
    default: [],
    placeholder: 'NAME',
    description: 'a subprotocol to offer',
  },
  pacing: {
    type: 'choice',
    choices: ['even', 'poisson'],
    optional: true,
    description: 'the gaps between messages that are sent at a rate (default: even)',
  },
  steps: {
    type: 'numbers',
    optional: true,
    description: 'the rates of curve, the numbers of connections of idle',
  },
  publishers: { type: 'count', optional: true, description: 'how many of the connections publish (fanout, slow)' },
  messages: { type: 'count', optional: true, description: 'messages of each connection (churn)' },
  share: {
    type: 'share',
    optional: true,
    description: 'how many of the connections stall (slow), or attack (hostile)',
  },
  attack: { type: 'text', optional: true, placeholder: 'NAME', description: 'what the attackers do (hostile)' },
  adapter: {
    type: 'text',
    optional: true,
    placeholder: 'NAME|FILE',
    description: 'how to speak to a server that does not echo',
  },
  script: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'a module that plays the clients (script)',
  },
  recording: { type: 'text', optional: true, placeholder: 'FILE', description: 'a recorded session (replay)' },
  speed: { type: 'number', optional: true, description: 'how much faster than recorded (replay)' },
  verify: {
    type: 'choice',
    choices: ['all', 'count'],
    optional: true,
    description: 'check every byte that comes back, or only count messages (default: all)',
  },
  slo: {
    type: 'text',
    optional: true,
    placeholder: 'OBJECTIVE',
    description: 'what must be reached, or the exit code is 5',
    example: '"p99<5ms"',
  },
  baseline: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'an earlier report to compare with, as --json wrote it',
  },
  'fail-on': {
    type: 'choice',
    choices: ['regression'],
    optional: true,
    description: 'exit code 6 when something is worse than in the baseline',
  },
  'server-pid': {
    type: 'count',
    optional: true,
    placeholder: 'PID',
    description: "the server's process, if it was not started here",
  },
  'local-addresses': {
    type: 'addresses',
    optional: true,
    description: 'addresses of this host to connect from, for more ports',
  },
  'no-calibrate': { type: 'flag', description: 'do not measure the generator itself first' },
  insecure: { type: 'flag', description: 'accept any certificate (wss)' },
  seed: { type: 'count', optional: true, description: 'for payloads, order and intervals (default: 1)' },
  title: { type: 'text', optional: true, short: 'T', description: 'what the report is called' },
  json: {
    type: 'text',
    optional: true,
    short: 'j',
    shortFor: '-',
    placeholder: 'FILE|-',
    description: 'write the report as lines of JSON; -j is --json -',
    example: 'report.ndjson',
  },
  html: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'write the report as one page',
    example: 'report.html',
  },
  hgrm: {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'write the latencies for plotters of HdrHistogram',
  },
  latency: { type: 'flag', short: 'l', description: 'print all percentiles' },
  'no-progress': { type: 'flag', short: 'n', description: 'say nothing until the report' },
};
