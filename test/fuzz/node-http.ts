import { createServer, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';

/** What Node's own parser, strict as it is by default, makes of bytes. */
export type NodeVerdict =
  | { readonly kind: 'accepted'; readonly line: string; readonly fields: readonly (readonly [string, string])[] }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'incomplete' };

/** As much of a socket as `node:http` needs; what is written to it is lost. */
class Wire extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

function fieldsOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const fields: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2)
    fields.push([(rawHeaders[i] ?? '').toLowerCase(), rawHeaders[i + 1] ?? '']);
  return fields;
}

let verdict: NodeVerdict = { kind: 'incomplete' };

function settle(found: NodeVerdict): void {
  if (verdict.kind === 'incomplete') verdict = found;
}

function settleRequest(found: IncomingMessage): void {
  const line = `${found.method} ${found.url} HTTP/${found.httpVersion}`;
  settle({ kind: 'accepted', line, fields: fieldsOf(found) });
}

// Whether there is a Host field is no question of parsing; ours asks it later, too.
const server = createServer({ requireHostHeader: false });
server.maxHeadersCount = 0;
for (const event of ['request', 'upgrade', 'connect', 'checkContinue', 'checkExpectation'])
  server.on(event, settleRequest);
server.on('clientError', (error: NodeJS.ErrnoException) =>
  settle({ kind: 'refused', code: error.code ?? error.message }),
);

/** What `node:http` makes of the beginning of a stream of requests. */
export function judgeRequest(bytes: Uint8Array): NodeVerdict {
  verdict = { kind: 'incomplete' };
  const wire = new Wire();
  server.emit('connection', wire);
  // Where a stream would deliver it in a later turn.
  wire.emit('data', Buffer.from(bytes));
  wire.destroy();
  return verdict;
}

/** What `node:http` makes of the beginning of a response. */
export async function judgeResponse(bytes: Uint8Array): Promise<NodeVerdict> {
  const wire = new Wire();
  const call = request({ createConnection: () => wire, headers: { Connection: 'Upgrade', Upgrade: 'websocket' } });
  let found: NodeVerdict = { kind: 'incomplete' };
  const accept = (response: IncomingMessage): void => {
    if (found.kind !== 'incomplete') return;
    const line = `HTTP/${response.httpVersion} ${response.statusCode} ${response.statusMessage}`;
    found = { kind: 'accepted', line, fields: fieldsOf(response) };
  };
  call.on('response', accept);
  call.on('upgrade', accept);
  call.on('information', ({ httpVersion, statusCode, statusMessage, rawHeaders }) => {
    accept({ httpVersion, statusCode, statusMessage, rawHeaders } as IncomingMessage);
  });
  call.on('error', (error: NodeJS.ErrnoException) => {
    if (found.kind === 'incomplete') found = { kind: 'refused', code: error.code ?? error.message };
  });
  call.end();
  await new Promise((resolve) => setImmediate(resolve));
  wire.emit('data', Buffer.from(bytes));
  const result = found as NodeVerdict;
  found = { kind: 'refused', code: 'over' };
  wire.destroy();
  return result;
}
