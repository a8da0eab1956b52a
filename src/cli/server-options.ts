import type { ServerOptions } from '../node/index.ts';
import { LIMITS } from '../node/index.ts';
import type { Origin } from './option-types.ts';
import type { OptionSpec } from './options.ts';

// Whoever is on this machine can do worse than connect often.
const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1'];

/** The options that every command with a server takes, but for `--origin`, whose default differs. */
export const SERVER_OPTIONS: {
  readonly port: OptionSpec & { readonly type: 'port' };
  readonly host: OptionSpec & { readonly type: 'text' };
  readonly 'max-message': OptionSpec & { readonly type: 'size' };
  readonly 'max-fragments': OptionSpec & { readonly type: 'count' };
  readonly 'max-connections': OptionSpec & { readonly type: 'count' };
  readonly 'connections-per-address': OptionSpec & { readonly type: 'count' };
  readonly 'handshakes-per-address': OptionSpec & { readonly type: 'count' };
  readonly 'trusted-proxies': OptionSpec & { readonly type: 'addresses' };
} = {
  port: { type: 'port', default: 8080, description: 'the port; 0 takes any free one and prints it', example: '0' },
  host: {
    type: 'text',
    default: 'localhost',
    description: 'the name or address to listen on; 0.0.0.0 is any IPv4 one',
    example: '0.0.0.0',
  },
  'max-message': {
    type: 'size',
    default: LIMITS.maxMessageBytes,
    description: 'the longest message; longer ones close with 1009',
    example: '64MiB',
  },
  'max-fragments': {
    type: 'count',
    default: LIMITS.maxFragments,
    description: 'the most fragments of one message',
  },
  'max-connections': {
    type: 'count',
    default: LIMITS.maxConnections,
    description: 'the most connections at a time; further ones get 503',
  },
  'connections-per-address': {
    type: 'count',
    default: LIMITS.connectionsPerAddress,
    description: 'the most from one address, this machine excepted',
  },
  'handshakes-per-address': {
    type: 'count',
    default: LIMITS.handshakesPerSecondPerAddress,
    description: 'the most that one address may open in a second',
  },
  'trusted-proxies': {
    type: 'addresses',
    default: [],
    description: 'proxies whose X-Forwarded-For is believed',
    example: '10.0.0.0/8',
  },
};

/** The values of `--origin` and {@link SERVER_OPTIONS} in the words of `WebSocketServer`. */
export function serverOptions(values: {
  readonly origin: Origin;
  readonly 'max-message': number;
  readonly 'max-fragments': number;
  readonly 'max-connections': number;
  readonly 'connections-per-address': number;
  readonly 'handshakes-per-address': number;
  readonly 'trusted-proxies': readonly string[];
}): ServerOptions {
  return {
    origin: values.origin,
    maxMessageBytes: values['max-message'],
    maxFragments: values['max-fragments'],
    maxConnections: values['max-connections'],
    connectionsPerAddress: values['connections-per-address'],
    handshakesPerSecondPerAddress: values['handshakes-per-address'],
    trustedProxies: values['trusted-proxies'],
    exemptAddresses: LOOPBACK,
  };
}
