import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ROOT } from '../catalog.ts';

type Listener = (...values: never[]) => void;

/** What is used here of the receiver of `ws`, which its types leave out. */
interface Receiver {
  write(chunk: Uint8Array): boolean;
  on(event: string, listener: Listener): unknown;
}

interface SenderOptions {
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly opcode: number;
  readonly mask: boolean;
  readonly readOnly: boolean;
  readonly generateMask?: (mask: Uint8Array) => void;
}

/** The inner parts of `ws` that are measured beside the codec. */
export interface WsParts {
  readonly version: string;
  readonly Receiver: new (options: Record<string, unknown>) => Receiver;
  readonly Sender: { frame(data: Uint8Array, options: SenderOptions): Uint8Array[] };
  /** In JavaScript, as `ws` does it without `bufferutil`. */
  unmask(buffer: Uint8Array, mask: Uint8Array): void;
  isValidUTF8(buffer: Uint8Array): boolean;
}

/** What is used here of `websocket-driver`. */
export interface Driver {
  readonly io: { on(event: string, listener: (bytes: Uint8Array) => void): void };
  on(event: 'message', listener: (event: { readonly data: Uint8Array }) => void): void;
  start(): boolean;
  parse(bytes: Uint8Array): void;
  binary(bytes: Uint8Array): boolean;
}

/** The copy of `ws` of this project, in JavaScript alone. */
export function loadWs(): WsParts {
  process.env.WS_NO_BUFFER_UTIL = '1';
  const require = createRequire(`${ROOT}/package.json`);
  const ws = require('ws') as Pick<WsParts, 'Receiver' | 'Sender'>;
  // Not among its exports, so by the path.
  const inner = (file: string): unknown => require(`${ROOT}/node_modules/ws/lib/${file}.js`);
  const { unmask } = inner('buffer-util') as Pick<WsParts, 'unmask'>;
  const { isValidUTF8 } = inner('validation') as Pick<WsParts, 'isValidUTF8'>;
  return {
    version: versionIn(`${ROOT}/node_modules/ws`),
    Receiver: ws.Receiver,
    Sender: ws.Sender,
    unmask,
    isValidUTF8,
  };
}

/** What `npm run bench:peers` has installed; undefined for what it has not. */
export function loadInstalled(): {
  readonly bufferutil: { unmask(buffer: Uint8Array, mask: Uint8Array): void } | undefined;
  readonly driver: { readonly version: string; create(): Driver } | undefined;
} {
  const folder = `${ROOT}/bench/.peers/node_modules`;
  const require = createRequire(`${ROOT}/bench/.peers/package.json`);
  const driver = existsSync(`${folder}/websocket-driver`)
    ? (require('websocket-driver') as { http(request: unknown): Driver })
    : undefined;
  return {
    bufferutil: existsSync(`${folder}/bufferutil`) ? (require('bufferutil') as never) : undefined,
    driver: driver && { version: versionIn(`${folder}/websocket-driver`), create: () => createDriver(driver) },
  };
}

/** A driver at a server whose connection is open. */
function createDriver({ http }: { http(request: unknown): Driver }): Driver {
  const driver = http({
    method: 'GET',
    url: '/',
    headers: {
      host: '127.0.0.1',
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
    connection: { on: () => undefined },
  });
  driver.io.on('data', () => undefined);
  driver.start();
  return driver;
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }).version;
}
