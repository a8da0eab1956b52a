/** The options of `ws101 conform`. */
export const CONFORM_OPTIONS = {
  cases: {
    type: 'text',
    default: [],
    many: true,
    placeholder: 'LIST',
    description:
      'run these: numbers such as 6.4.2, 7.*, 9.1.1-3 or H, or sections such as §5.5, with commas between them',
    example: '6.*,7.*',
  },
  exclude: {
    type: 'text',
    default: [],
    many: true,
    placeholder: 'LIST',
    description: 'and not these',
    example: '9,12,13',
  },
  limits: { type: 'flag', description: 'also floods and sizes that no stranger should send to a server of others' },
  parallel: { type: 'count', default: 8, description: 'connections at a time', example: '1' },
  timeout: {
    type: 'seconds',
    default: 10_000,
    description: 'seconds until something that should come must be there',
    example: '2',
  },
  spawn: {
    type: 'text',
    optional: true,
    placeholder: 'COMMAND',
    description: 'start this, wait until it listens, and end it with all that it started',
    example: '"node server.js"',
  },
  header: {
    type: 'text',
    default: [],
    many: true,
    placeholder: 'NAME:VALUE',
    description: 'a field of every request',
    example: '"Authorization: Bearer abc"',
  },
  protocol: { type: 'text', default: [], many: true, description: 'a subprotocol to offer', example: 'echo.v1' },
  agent: {
    type: 'text',
    optional: true,
    description: 'what to call the server in reports',
    example: '"my server 1.2"',
  },
  strict: { type: 'flag', description: 'NON-STRICT counts as failed' },
  list: { type: 'flag', description: 'print the cases that would be run, and run none' },
  'no-progress': { type: 'flag', description: 'say nothing until the report' },
} as const;
