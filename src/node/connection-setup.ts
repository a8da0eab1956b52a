import type { KeepaliveOptions, MemoryBudget, ProtocolLimits } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import type { ConnectionHandlers } from './handlers.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/** What a server or client hands to each connection that it opens. */
export interface ConnectionSetup<Data> {
  readonly role: 'server' | 'client';
  readonly handlers: ConnectionHandlers<Data>;
  readonly data: Data;
  readonly protocol: string;
  readonly request: UpgradeRequest | undefined;
  readonly remoteAddress: string | undefined;
  readonly limits: ProtocolLimits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly partialMessages: MemoryBudget | undefined;
  readonly onError: (error: unknown, connection: Connection<Data>) => void;
  readonly onClosed: (connection: Connection<Data>) => void;
}
