import type { ScenarioName } from './model.ts';

/** How the payload of messages is made. Its first bytes carry a number, so that each message can be told from all others. */
export type MessageSource =
  /** So many bytes of payload. */
  | { readonly kind: 'size'; readonly bytes: number }
  /** The bytes of a file as they are; the number replaces nothing, so loss shows, and order does not. */
  | { readonly kind: 'file'; readonly path: string }
  /** A text in which `{{seq}}`, `{{client}}` and `{{random}}` are replaced. */
  | { readonly kind: 'template'; readonly text: string };

/** How much of what comes back is checked: every byte of every message, or only how many messages there are. */
export type Verify = 'all' | 'count';

/** Everything a generator's process needs to know; data only, so that it can be sent there. All of it is resolved. */
export interface LoadConfig {
  readonly scenario: ScenarioName;
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly connections: number;
  /** Messages in flight per connection, closed loop. */
  readonly depth: number;
  /** Over all workers, a second; 0 for as fast as it goes. */
  readonly rate: number;
  /** Gaps between open-loop messages: all alike, or exponentially distributed around the same mean. */
  readonly pacing: 'even' | 'poisson';
  readonly timeoutMs: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly protocols: readonly string[];
  readonly source: MessageSource;
  readonly binary: boolean;
  /** permessage-deflate is offered; without an agreement the run ends with an error that says so. */
  readonly deflate: boolean;
  readonly takeover: boolean;
  readonly verify: Verify;
  /** A built-in adapter's name or the path of a module that exports one. */
  readonly adapter: string;
  /** The path of the module of the `script` scenario, or of the recording of `replay`. */
  readonly file: string;
  /** Share of the readers that stall, 0 to 1 (`slow`); of the connections that attack (`hostile`). */
  readonly share: number;
  /** Which attack: `hostile`. */
  readonly attack: string;
  /** How many of the connections publish (`fanout`, `slow`); 1 when absent. */
  readonly publishers?: number;
  /** Messages per connection before it is closed again (`churn`); 10 when absent. */
  readonly messages?: number;
  /** How much faster than recorded a recording is played (`replay`); 1 when absent. */
  readonly speed?: number;
  /** Rates of `curve`, numbers of connections of `idle`. */
  readonly steps?: readonly number[];
  /** The server's process, when it is known and runs on this host. */
  readonly serverPid?: number;
  /** Addresses of this host to connect from, by turns, so that ports last for more connections: `127.0.0.2`. */
  readonly localAddresses?: readonly string[];
  /** What `curve` looks for the highest rate of; `p99<5ms` when absent. */
  readonly objective?: string;
  /** TLS: certificates are checked unless this is true. */
  readonly insecure: boolean;
  readonly seed: number;
  /** Which worker this is, of how many. */
  readonly worker: number;
  readonly workers: number;
}
