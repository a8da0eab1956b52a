import type { Adapter } from './adapter.ts';
import { chatAdapter } from './chat.ts';

/** The adapters that have a name of their own. */
export const ADAPTERS: Readonly<Record<string, Adapter>> = Object.freeze({
  broadcast: {
    name: 'broadcast',
    summary: 'every message goes to all other connections as it is; whether to its sender too does not matter',
    reaches: 'others',
  },
  echo: {
    name: 'echo',
    summary: 'every message goes back to its sender',
    reaches: 'publisher',
  },
  room: {
    name: 'room',
    summary: 'at /room, every message goes to all connections there as it is, to its sender too',
    reaches: 'everybody',
    path: '/room',
  },
  'ws101-chat': chatAdapter,
});
