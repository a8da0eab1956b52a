// Step 6: lengths. A frame may be longer than 125 bytes.
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

// #region encode
/** A whole frame. The length takes the shortest of its three forms. */
function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length <= 125 ? 2 : length <= 65_535 ? 4 : 10);
  head.writeUInt8(0x80 | opcode, 0);
  if (length <= 125) {
    head.writeUInt8(length, 1);
  } else if (length <= 65_535) {
    head.writeUInt8(126, 1);
    head.writeUInt16BE(length, 2);
  } else {
    head.writeUInt8(127, 1);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}
// #endregion

/** The first bytes of a frame, taken apart. */
interface Header {
  readonly fin: boolean;
  readonly opcode: number;
  readonly length: number;
  /** How many bytes the header itself takes. */
  readonly size: number;
}

/** What a client must not do. The code is for step 9: it tells the client why the connection ends. */
class Violation extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** `undefined` while bytes of the header are missing. */
function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  if ((second & 0x80) === 0) throw new Violation(1002, 'a client masks every frame');
  // #region size
  const shortLength = second & 0x7f;
  const lengthBytes = shortLength === 126 ? 2 : shortLength === 127 ? 8 : 0;
  const size = 2 + lengthBytes + 4;
  if (bytes.length < size) return undefined;
  const length = lengthBytes === 0 ? shortLength : readLength(bytes, lengthBytes);
  // #endregion
  return {
    fin: (first & 0x80) !== 0,
    opcode: first & 0x0f,
    length,
    size,
  };
}

// #region length
/** A length of 16 or 64 bits, the most significant byte first. */
function readLength(bytes: Buffer, lengthBytes: 2 | 8): number {
  const length = lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length <= (lengthBytes === 2 ? 125 : 65_535)) throw new Violation(1002, 'a length takes the shortest form');
  if (length >= 2 ** 63) throw new Violation(1002, 'the highest bit of a length is 0');
  return length;
}
// #endregion

/** The payload as it was before the client masked it, in memory of its own. */
function unmask(masked: Buffer, key: Buffer): Buffer {
  const payload = Buffer.alloc(masked.length);
  for (let i = 0; i < masked.length; i++) {
    payload[i] = masked.readUInt8(i) ^ key.readUInt8(i % 4);
  }
  return payload;
}

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
    try {
      if (this.#state === 'handshake') this.#receiveHead();
      if (this.#state === 'open') this.#receiveFrames();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#fail(error);
    }
  }

  #fail({ code, message }: Violation): void {
    console.log(code, message);
    this.#state = 'done';
    this.#socket.destroy();
  }

  #receiveHead(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const answer = answerTo(parseHead(this.#received.toString('latin1', 0, end)));
    this.#received = this.#received.subarray(end + 4);
    this.#socket.write(answer);
    this.#state = answer.startsWith('HTTP/1.1 101') ? 'open' : 'done';
    if (this.#state === 'done') this.#socket.end();
  }

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
}

function serve(socket: Socket): void {
  const connection = new Connection(socket);
  socket.on('data', (chunk) => connection.receive(chunk));
  socket.on('error', (error) => console.log(error.message));
}

const server = createServer(serve);
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log('listening on', server.address()));
