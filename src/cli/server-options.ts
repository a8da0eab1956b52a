import type { ServerOptions } from '../node/index.ts';
import { LIMITS } from '../node/index.ts';
import type { Origin } from './option-types.ts';
import type { OptionSpec } from './options.ts';

/** The options that every command with a server takes, but for `--origin`, whose default differs. */
export const SERVER_OPTIONS: {
  readonly port: OptionSpec & { readonly type: 'port' };
  readonly host: OptionSpec & { readonly type: 'text' };
  readonly 'max-message': OptionSpec & { readonly type: 'size' };
  readonly 'max-fragments': OptionSpec & { readonly type: 'count' };
  readonly 'max-connections': OptionSpec & { readonly type: 'count' };
} = {
  port: { type: 'port', default: 8080, description: 'the port; 0 takes any free one and prints it', example: '0' },
  host: {
    type: 'text',
    default: 'localhost',
    description: 'the name or address to listen on; 0.0.0.0 is every IPv4 one',
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
};

/** The values of `--origin` and {@link SERVER_OPTIONS} in the words of `WebSocketServer`. */
export function serverOptions(values: {
  readonly origin: Origin;
  readonly 'max-message': number;
  readonly 'max-fragments': number;
  readonly 'max-connections': number;
}): Pick<ServerOptions, 'origin' | 'maxMessageBytes' | 'maxFragments' | 'maxConnections'> {
  return {
    origin: values.origin,
    maxMessageBytes: values['max-message'],
    maxFragments: values['max-fragments'],
    maxConnections: values['max-connections'],
  };
}
