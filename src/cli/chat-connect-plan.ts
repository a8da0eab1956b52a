import { randomBytes } from 'node:crypto';
import { CHAT_PROTOCOL, checkRoomName, DEFAULT_ROOM, Refusal } from '../chat/index.ts';
import { parseWebSocketUrl, resolveForConnection } from '../node/index.ts';
import type { CHAT_CONNECT_OPTIONS } from './chat-connect-options.ts';
import { type ConnectPlan, headerOf, timerMs, tlsOptions } from './connect-plan.ts';
import type { ValuesOf } from './options.ts';
import { explained, UsageError } from './usage-error.ts';

/** What a command line of `ws101 chat --connect` asks for, checked. */
export interface ChatPlan extends Pick<ConnectPlan, 'url' | 'settings'> {
  readonly username: string;
  readonly room: string;
  readonly ndjson: boolean;
  /** How long nothing must have come after the end of input; undefined to stay. */
  readonly waitMs: number | undefined;
}

// A page of history has at most 256 KiB of entries, and JSON may make six of each byte.
const MOST_BYTES = 4 * 1024 * 1024;
const WAIT_MS = 1_000;

/** Reads the values of the options. Throws a `UsageError` for what cannot be. */
export function chatPlan(connect: string, values: ValuesOf<typeof CHAT_CONNECT_OPTIONS>): ChatPlan {
  const { name, room = DEFAULT_ROOM, ndjson, wait = WAIT_MS, header, ca, insecure } = values;
  const { url, secure } = explained(() => parseWebSocketUrl(connect));
  if (url.pathname === '/') url.pathname = '/chat';
  if (checkRoomName(room) instanceof Refusal)
    throw new UsageError('--room must be 1 to 64 of the characters a to z, 0 to 9, "_" and "-"');
  const options = {
    protocols: [CHAT_PROTOCOL],
    headers: header.map(headerOf),
    tls: tlsOptions({ ca, insecure }, secure),
    maxMessageBytes: MOST_BYTES,
  };
  return {
    url,
    settings: explained(() => resolveForConnection(options)),
    username: name ?? `guest-${randomBytes(3).toString('hex')}`,
    room,
    ndjson,
    waitMs: values['no-close'] ? undefined : timerMs(wait),
  };
}
