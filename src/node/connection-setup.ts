import type { Duplex } from 'node:stream';
import {
  type KeepaliveOptions,
  type MemoryBudget,
  type ProtocolHandler,
  type ProtocolLimits,
  type ProtocolOptions,
  type ProtocolSettings,
  Slab,
  type TransportGauge,
} from '../protocol/index.ts';
import { steadyNow } from './clock.ts';
import type { Connection } from './connection.ts';
import type { AgreedExtensions } from './deflate.ts';
import type { ConnectionHandlers } from './handlers.ts';
import { nextMaskKey } from './random.ts';
import type { Tally } from './tally.ts';
import { nodeText } from './text.ts';
import { bufferOf } from './to-buffer.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

// Buffers to be written, because a socket makes one of every other array; plain arrays to be filled, as are all others that
// are copied into: where an array may be of two kinds, each byte costs a question which it is.
const SLAB = new Slab(undefined, bufferOf);

/** What the connections of a route have in common. */
export interface SharedSetup<Data> {
  readonly role: 'server' | 'client';
  readonly handlers: ConnectionHandlers<Data>;
  readonly limits: ProtocolLimits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly partialMessages: MemoryBudget | undefined;
  /** Where it counts what it does. */
  readonly tally: Tally;
  readonly onError: (error: unknown, connection: Connection<Data>) => void;
  readonly onClosed: (connection: Connection<Data>) => void;
  /** Called when a socket has closed. */
  readonly onGone?: (socket: Duplex) => void;
  /** What their protocols have in common, once there was one. */
  settings?: ProtocolSettings;
}

/** What a server or client hands to each connection that it opens. */
export interface ConnectionSetup<Data> {
  readonly shared: SharedSetup<Data>;
  readonly data: Data;
  readonly protocol: string;
  readonly extensions: AgreedExtensions;
  readonly request: UpgradeRequest | undefined;
  readonly remoteAddress: string | undefined;
}

/** What a connection learns from its protocol. */
export interface ConnectionEvents extends Omit<ProtocolHandler, 'part'> {
  /** What `part` of a protocol's handler is, under another name: its presence there would have all messages come in parts. */
  messagePart(data: Uint8Array, opcode: number, last: boolean): boolean;
}

/** How the protocol of such a connection is set up. */
export function protocolOptions<Data>(
  setup: ConnectionSetup<Data>,
  handler: ConnectionEvents,
  transport: TransportGauge,
): ProtocolOptions {
  const { role, handlers, limits, keepalive, partialMessages } = setup.shared;
  return {
    role,
    handler: handlers.part === undefined ? handler : inParts(handler),
    text: nodeText,
    now: steadyNow(),
    nextMaskKey: role === 'client' ? nextMaskKey : undefined,
    limits,
    keepalive,
    transport,
    slab: SLAB,
    partialMessages,
    textAs: handlers.text,
    borrow: handlers.borrow,
    ownsInput: true,
    extensions: setup.extensions.list,
  };
}

function inParts(events: ConnectionEvents): ProtocolHandler {
  return {
    message: (data) => events.message(data),
    part: (data, opcode, last) => events.messagePart(data, opcode, last),
    pong: (payload) => events.pong(payload),
    continue: () => events.continue?.(),
    ended: (info) => events.ended(info),
  };
}
