import { CloseCode } from '../codec/index.ts';
import type { CloseInfo } from '../node/index.ts';

/** What the exit code of a command that holds a connection says. 2 is a mistake on the command line, as everywhere. */
export const EXIT = {
  /** Closed with 1000, 1001 or no code, or as this end asked for; or everything that was expected came. */
  DONE: 0,
  /** There was no connection: no such host, nobody listens, a certificate that is not trusted. */
  NOT_CONNECTED: 3,
  /** The server, or the proxy, answered with another status than 101. */
  REFUSED: 4,
  /** The other end broke a rule of the protocol, in its handshake or in its frames. */
  VIOLATION: 5,
  /** The connection ended without a closing handshake. */
  ABNORMAL: 6,
  /** The other end closed with another code, such as 1002 or 1011. */
  CLOSED_WITH_CODE: 7,
  /** The connection ended before everything had come that was expected. */
  NOT_MET: 8,
  /** The time was over. */
  TIMED_OUT: 9,
  /** Interrupted before there was a connection. */
  INTERRUPTED: 130,
} as const;

/** Lines for a help text. */
export const EXIT_NOTES: readonly string[] = [
  'Exit codes:',
  '  0  closed with 1000, 1001 or no code, or as asked for; with --expect: all of it came',
  '  2  a mistake on the command line or in what was to be sent',
  '  3  not connected    4  refused with an HTTP status    5  the other end broke a rule',
  '  6  ended without a closing handshake    7  closed by the other end with another code',
  '  8  ended before what was expected came    9  --timeout was over',
];

/** How a connection ended, as an exit code. @param broken the other end broke a rule */
export function exitCodeOf({ code, clean, by }: CloseInfo, broken: boolean): number {
  if (broken) return EXIT.VIOLATION;
  if (!clean) return EXIT.ABNORMAL;
  const isUsual = code === CloseCode.NORMAL || code === CloseCode.GOING_AWAY || code === CloseCode.NO_STATUS;
  return isUsual || by === 'local' ? EXIT.DONE : EXIT.CLOSED_WITH_CODE;
}
