import { ProtocolViolation } from '../../codec/index.ts';
import { HandshakeError } from '../../handshake/index.ts';

/** Why a connection could not be opened, or ended: `kind` is what it is counted by. */
export class LoadError extends Error {
  override readonly name: string = 'LoadError';
  /** `refused`, `reset`, `timeout`, `silent`, `status 404`, `handshake CODE`, `violation CODE`, `no ports`, … */
  readonly kind: string;

  constructor(kind: string, message: string) {
    const remedy = remedyOf(kind);
    super(remedy === undefined ? message : `${message}; ${remedy}`);
    this.kind = kind;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EADDRNOTAVAIL: 'no ports',
  // Bound to a local address first, a socket finds out about ports in this way.
  EADDRINUSE: 'no ports',
  EMFILE: 'no descriptors',
  ENFILE: 'no descriptors',
};

const REMEDIES: Readonly<Record<string, string>> = {
  refused: 'check that the server runs and listens at this address and port',
  'no ports':
    'each connection from one address to one port takes a local port: wait a minute for closed ones to be free again, ' +
    'widen the range (sysctl -w net.ipv4.ip_local_port_range="1024 65535"), or connect from several local addresses ' +
    '(127.0.0.2, 127.0.0.3, …)',
  'no descriptors':
    'each connection takes a descriptor in the generator and one in the server: raise the limit in both shells ' +
    '(ulimit -n 65536) or use more workers',
  silent: 'the port is open, but what listens there does not answer HTTP',
};

/** What can be done about errors of this kind: the end of a sentence; undefined where there is no general advice. */
export function remedyOf(kind: string): string | undefined {
  return REMEDIES[kind];
}

/** The kind that an error is counted by; `internal` for those that should not happen. */
export function kindOf(error: unknown): string {
  if (error instanceof LoadError) return error.kind;
  if (error instanceof HandshakeError) return `handshake ${error.code}`;
  if (error instanceof ProtocolViolation) return `violation ${error.code}`;
  // A DOMException has a code too, which is a number.
  const { code } = Object(error) as { readonly code?: unknown };
  if (typeof code !== 'string') return 'internal';
  return KINDS[code] ?? (code.startsWith('E') ? `error ${code}` : 'internal');
}

/** The same for an error of a socket; what is none of TCP's errors is one of TLS where TLS is spoken. */
export function socketErrorOf(error: Error, secure: boolean): LoadError {
  const kind = kindOf(firstOf(error));
  const code = (error as NodeJS.ErrnoException).code ?? error.name;
  const isTcp = Object.values(KINDS).includes(kind) || /^(?:ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code);
  if (isTcp || !secure) return new LoadError(kind, error.message || code);
  return new LoadError(`tls ${code}`, error.message);
}

/** A host name with several addresses fails with one error for each of them. */
function firstOf(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}
