import { CloseCode } from '../codec/index.ts';
import { refuseUnknown } from '../protocol/index.ts';
import { checkKinds } from './check-kinds.ts';
import type { Connection } from './connection.ts';
import type { DeflateSettings } from './deflate-options.ts';
import type { ConnectionHandlers } from './handlers.ts';
import type { HeadersGiven } from './header-fields.ts';
import { CONNECTION_OPTIONS, type ConnectionOptions, type ConnectionSettings, resolveConnection } from './options.ts';
import type { Rejection } from './rejection.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/** What an `upgrade` hook says to let a connection in. */
export interface UpgradeAcceptance<Data> {
  /** Becomes `connection.data`. */
  readonly data?: Data;
  /** The subprotocol to agree on; one of those offered. Default: chosen from the route's `protocols`. */
  readonly protocol?: string;
  /** Fields for the 101 response, Set-Cookie for example. */
  readonly headers?: HeadersGiven;
}

/** The answer of an `upgrade` hook; nothing means yes. */
export type UpgradeAnswer<Data> = UpgradeAcceptance<Data> | Rejection | undefined;

/** A route: what happens on its connections, who is let in, and what differs from the server's options. */
export interface RouteHandlers<Data = unknown> extends ConnectionHandlers<Data>, ConnectionOptions {
  /**
   * Decides on a request that is valid otherwise. May take its time within the handshake's; `signal` is aborted when the
   * client leaves or the time is over.
   */
  upgrade?(
    request: UpgradeRequest,
    context: { readonly signal: AbortSignal },
  ): UpgradeAnswer<Data> | Promise<UpgradeAnswer<Data>>;
  /** Subprotocols that the route speaks, the preferred first: the first that was offered is agreed on (RFC 6455 §4.2.2). */
  readonly protocols?: readonly string[];
}

/** A route as a loop: it is called once for each connection, and its return closes the connection with 1000. */
export type ConnectionLoop<Data = unknown> = (connection: Connection<Data>) => void | Promise<void>;

/** Which requests a route takes: a path, or a question. */
export type RouteMatch = string | ((request: UpgradeRequest) => boolean);

/** A route, complete. */
export interface Route {
  readonly match: RouteMatch;
  readonly handlers: RouteHandlers;
  readonly settings: ConnectionSettings;
  readonly protocols: readonly string[];
}

const ROUTE_OPTIONS = [
  ...CONNECTION_OPTIONS,
  ...['open', 'message', 'part', 'drain', 'pong', 'close', 'text', 'borrow', 'upgrade', 'protocols'],
];

/**
 * A route from what the application gave.
 *
 * @param deflate the server's, for routes that say nothing about it
 * @throws TypeError that names what is wrong with it
 */
export function createRoute(
  match: RouteMatch,
  given: RouteHandlers | ConnectionLoop,
  base: ConnectionOptions,
  onError: (error: unknown, connection: Connection) => void,
  deflate?: DeflateSettings,
): Route {
  if (typeof match === 'string' ? !match.startsWith('/') : typeof match !== 'function') {
    throw new TypeError('match must be a path that starts with "/", or a function of the request');
  }
  if (typeof given !== 'function' && (typeof given !== 'object' || given === null)) {
    throw new TypeError('handler must be a function of the connection, or an object of handlers');
  }
  const handlers: RouteHandlers = typeof given === 'function' ? loopHandlers(given, onError) : given;
  refuseUnknown('a route', handlers, ROUTE_OPTIONS);
  checkKinds(handlers);
  if (handlers.message !== undefined && handlers.part !== undefined) {
    throw new TypeError('message and part both take the messages; leave one out');
  }
  return {
    match,
    handlers,
    settings: resolveConnection(handlers, base, deflate),
    protocols: handlers.protocols ?? [],
  };
}

function loopHandlers(
  loop: ConnectionLoop,
  onError: (error: unknown, connection: Connection) => void,
): ConnectionHandlers {
  return {
    open(connection) {
      void runLoop(loop, connection, onError);
    },
  };
}

async function runLoop(
  loop: ConnectionLoop,
  connection: Connection,
  onError: (error: unknown, connection: Connection) => void,
): Promise<void> {
  try {
    await loop(connection);
    connection.close(CloseCode.NORMAL);
  } catch (error) {
    connection.close(CloseCode.INTERNAL_ERROR);
    onError(error, connection);
  }
}
