// Step 5: masking. The server reads what the frames say, and sends it back.
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function acceptKey(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}

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

const TEXT = 1;
const BINARY = 2;

/** A frame of at most 125 bytes. */
function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const head = Buffer.of(0x80 | opcode, payload.length);
  return Buffer.concat([head, payload]);
}

/** The first bytes of a frame, taken apart. */
interface Header {
  readonly fin: boolean;
  readonly opcode: number;
  readonly length: number;
  /** How many bytes the header itself takes. */
  readonly size: number;
}

// #region violation
/** What a client must not do. The code is for step 9: it tells the client why the connection ends. */
class Violation extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
// #endregion

// #region header
/** `undefined` while bytes of the header are missing. */
function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const length = second & 0x7f;
  if ((second & 0x80) === 0) throw new Violation(1002, 'a client masks every frame');
  if (length > 125) throw new Violation(1009, 'longer frames come in step 6');
  return {
    fin: (first & 0x80) !== 0,
    opcode: first & 0x0f,
    length,
    size: 2 + 4,
  };
}
// #endregion

// #region unmask
/** The payload as it was before the client masked it, in memory of its own. */
function unmask(masked: Buffer, key: Buffer): Buffer {
  const payload = Buffer.alloc(masked.length);
  for (let i = 0; i < masked.length; i++) {
    payload[i] = masked.readUInt8(i) ^ key.readUInt8(i % 4);
  }
  return payload;
}
// #endregion

/** One client, from its first byte to its last. */
class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #state: 'handshake' | 'open' | 'done' = 'handshake';

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Takes what has come: any number of bytes, cut anywhere. */
  receive(chunk: Buffer): void {
    if (this.#state === 'done') return;
    this.#received = Buffer.concat([this.#received, chunk]);
    // #region catch
    try {
      if (this.#state === 'handshake') this.#receiveHead();
      if (this.#state === 'open') this.#receiveFrames();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#fail(error);
    }
    // #endregion
  }

  // #region fail
  #fail({ code, message }: Violation): void {
    console.log(code, message);
    this.#state = 'done';
    this.#socket.destroy();
  }
  // #endregion

  #receiveHead(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const answer = answerTo(parseHead(this.#received.toString('latin1', 0, end)));
    this.#received = this.#received.subarray(end + 4);
    this.#socket.write(answer);
    this.#state = answer.startsWith('HTTP/1.1 101') ? 'open' : 'done';
    if (this.#state === 'done') this.#socket.end();
  }

  // #region frames
  #receiveFrames(): void {
    for (;;) {
      const header = readHeader(this.#received);
      if (header === undefined) return;
      const end = header.size + header.length;
      if (this.#received.length < end) return;
      const key = this.#received.subarray(header.size - 4, header.size);
      const payload = unmask(this.#received.subarray(header.size, end), key);
      this.#received = this.#received.subarray(end);
      this.#takeFrame(header, payload);
    }
  }

  #takeFrame({ opcode }: Header, payload: Buffer): void {
    if (opcode === TEXT || opcode === BINARY) this.#socket.write(encodeFrame(opcode, payload));
  }
  // #endregion
}

function serve(socket: Socket): void {
  const connection = new Connection(socket);
  socket.on('data', (chunk) => connection.receive(chunk));
  socket.on('error', (error) => console.log(error.message));
}

const server = createServer(serve);
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log('listening on', server.address()));
