import { quote, UsageError } from './usage-error.ts';

interface Where {
  readonly host: string;
  readonly port: number;
}

/** What to say for each code with which the system refuses to listen. */
const SENTENCES: Readonly<Record<string, (where: Where) => string>> = {
  EADDRINUSE: ({ port }) =>
    `port ${port} is in use; stop what uses it, or choose another with --port (0 takes any free one)`,
  EACCES: ({ port }) => `no permission to listen on port ${port}; choose one above 1023 with --port`,
  EPERM: ({ port }) => `no permission to listen on port ${port}; choose another with --port`,
  EADDRNOTAVAIL: ({ host }) => `${quote(host)} is no address of this machine; choose another with --host`,
  EAFNOSUPPORT: ({ host }) => `this machine has no network for ${quote(host)}; choose another with --host`,
  EINVAL: ({ host }) => `cannot listen on ${quote(host)}; choose another with --host`,
  ENOTFOUND: ({ host }) => `the host ${quote(host)} is unknown; give a name or an address of this machine with --host`,
  EAI_AGAIN: ({ host }) =>
    `the host ${quote(host)} cannot be looked up now; give an address of this machine with --host`,
};

/** The system's refusal to listen as a `UsageError`; any other error as it is. */
export function explainListenError(error: unknown, where: Where): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  return sentence === undefined ? error : new UsageError(sentence(where), { cause: error });
}
