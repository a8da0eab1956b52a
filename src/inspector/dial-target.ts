import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { WebSocketTarget } from '../node/index.ts';

/** Begins to connect to the target. The socket is ready with its event `connect`, one with TLS with `secureConnect`. */
export function dialTarget(
  { hostname, port, secure }: WebSocketTarget,
  insecure: boolean,
): { readonly socket: Socket; readonly ready: 'connect' | 'secureConnect' } {
  const where = { host: hostname, port, noDelay: true, allowHalfOpen: true };
  if (!secure) return { socket: connectTcp(where), ready: 'connect' };
  const servername = isIP(hostname) === 0 ? { servername: hostname } : {};
  const socket = connectTls({ ...where, ...servername, rejectUnauthorized: !insecure, ALPNProtocols: ['http/1.1'] });
  socket.setNoDelay(true);
  return { socket, ready: 'secureConnect' };
}

type Explain = (host: string) => string;

const UNTRUSTED: Explain = (host) => `the certificate of ${host} is not trusted; --insecure connects nevertheless`;
const NO_TLS: Explain = (host) => `${host} does not speak TLS; write ws: in place of wss:`;

const SENTENCES: Readonly<Record<string, Explain>> = {
  ECONNREFUSED: (host) => `nobody listens at ${host}; start the server, or check the port`,
  ECONNRESET: (host) => `${host} cut the connection off; it may speak TLS (wss:), or not (ws:)`,
  EPIPE: (host) => `${host} cut the connection off`,
  ETIMEDOUT: (host) => `${host} does not answer; check the address, and firewalls on the way`,
  EHOSTUNREACH: (host) => `no way leads to ${host}; check the address and the network`,
  ENETUNREACH: (host) => `no way leads to ${host}; check the address and the network`,
  ENOTFOUND: (host) => `there is no host ${host}; check the name`,
  EAI_AGAIN: (host) => `${host} cannot be looked up now; check the name, and the network`,
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: (host) => `the certificate of ${host} has expired; --insecure connects nevertheless`,
  CERT_NOT_YET_VALID: (host) => `the certificate of ${host} is not valid yet; --insecure connects nevertheless`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) =>
    `the certificate is for another host than ${host}; --insecure connects nevertheless`,
};

/** Why the target cannot be reached, or was lost, in one sentence. */
export function explainTargetError(error: unknown, host: string): string {
  const code = codeOf(error);
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  if (sentence !== undefined) return sentence(host);
  const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
  return `cannot talk to ${host}: ${line || code || 'for no reason that it tells'}`;
}

/** The code of an error; of several attempts at once that of the first. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : '';
}
