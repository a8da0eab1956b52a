// Step 2: the handshake. A request of HTTP becomes a WebSocket.
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

// #region accept-key
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function acceptKey(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}
// #endregion

// #region parse
interface Head {
  readonly requestLine: string;
  /** Values by the name of the field in lower case. */
  readonly fields: ReadonlyMap<string, string>;
}

function parseHead(text: string): Head {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const earlier = fields.get(name);
    const value = line.slice(colon + 1).trim();
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { requestLine, fields };
}
// #endregion

// #region answer
function answerTo({ requestLine, fields }: Head): string {
  const key = fields.get('sec-websocket-key') ?? '';
  const origin = fields.get('origin');
  const isUpgrade =
    /^GET \S+ HTTP\/1\.1$/.test(requestLine) &&
    fields.has('host') &&
    lists(fields, 'upgrade', 'websocket') &&
    lists(fields, 'connection', 'upgrade') &&
    /^[A-Za-z0-9+/]{22}==$/.test(key);
  if (!isUpgrade) return response('400 Bad Request', 'Connection: close').concat('This is a WebSocket server.\n');
  const version = fields.get('sec-websocket-version');
  if (version !== '13') return response('426 Upgrade Required', 'Sec-WebSocket-Version: 13', 'Connection: close');
  if (origin !== undefined && origin !== `http://${fields.get('host')}`)
    return response('403 Forbidden', 'Connection: close');
  const accept = `Sec-WebSocket-Accept: ${acceptKey(key)}`;
  return response('101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', accept);
}

function response(status: string, ...fields: string[]): string {
  return [`HTTP/1.1 ${status}`, ...fields, '\r\n'].join('\r\n');
}

function lists(fields: ReadonlyMap<string, string>, name: string, token: string): boolean {
  const tokens = (fields.get(name) ?? '').split(',').map((part) => part.trim().toLowerCase());
  return tokens.includes(token);
}
// #endregion

// #region serve
function serve(socket: Socket): void {
  let state: 'handshake' | 'open' | 'done' = 'handshake';
  socket.on('data', (chunk) => {
    if (state === 'open') console.log('received', chunk.toString('hex'));
    if (state !== 'handshake') return;
    const answer = answerTo(parseHead(chunk.toString('latin1')));
    socket.write(answer);
    state = answer.startsWith('HTTP/1.1 101') ? 'open' : 'done';
    if (state === 'done') socket.end();
  });
  socket.on('error', (error) => console.log(error.message));
}
// #endregion

const server = createServer(serve);
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log('listening on', server.address()));
