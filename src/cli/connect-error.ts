import { HandshakeError, type ResponseHead } from '../handshake/index.ts';
import { ProxyResponseError, UnexpectedResponseError } from '../node/index.ts';
import { EXIT } from './exit-code.ts';
import { responseBody } from './response-body.ts';
import { quote } from './usage-error.ts';

/** Why there is no connection: one line for people, and the exit code. */
export interface ConnectFailure {
  readonly sentence: string;
  readonly code: number;
}

/** What is known of an attempt that failed. */
export interface Attempt {
  readonly url: URL;
  /** The first bytes of the server's answer, of which there may be none. */
  readonly received: Uint8Array;
}

/** What to say for each code with which the system, the resolver or TLS fails. `host` has the port, where it says one. */
const SENTENCES: Readonly<Record<string, (host: string, error: Error) => string>> = {
  ECONNREFUSED: (host) => `nobody listens at ${host}; check the port, or start the server`,
  ECONNRESET: (host) => `${host} cut the connection off during the handshake; it may speak TLS (wss:), or not (ws:)`,
  EPIPE: (host) => `${host} cut the connection off during the handshake`,
  ETIMEDOUT: (host) => `${host} does not answer; check the address, and firewalls on the way`,
  EHOSTUNREACH: (host) => `no way leads to ${host}; check the address and the network`,
  ENETUNREACH: (host) => `no way leads to ${host}; check the address and the network`,
  EADDRNOTAVAIL: (host) => `${host} is no address that can be connected to; check the URL`,
  ENOTFOUND: (host) => `there is no host ${host}; check the name in the URL`,
  EAI_AGAIN: (host) => `${host} cannot be looked up now; check the name, and the network`,
  EPROTO: (host) => `${host} does not speak TLS as this end does; for a server without TLS write ws: in place of wss:`,
  ERR_SSL_WRONG_VERSION_NUMBER: (host) => `${host} does not speak TLS; write ws: in place of wss:`,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: (host) => `${host} does not speak TLS; write ws: in place of wss:`,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: (host) => `${host} wants a certificate; give one with --cert and --key`,
  DEPTH_ZERO_SELF_SIGNED_CERT: (host) => `the certificate of ${host} is signed by itself; ${TRUST}`,
  SELF_SIGNED_CERT_IN_CHAIN: (host) =>
    `the certificate of ${host} comes from an authority that is not trusted; ${TRUST}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (host) => `the certificate of ${host} cannot be traced to a trusted one; ${TRUST}`,
  UNABLE_TO_GET_ISSUER_CERT: (host) => `the certificate of ${host} cannot be traced to a trusted one; ${TRUST}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (host) => `the certificate of ${host} cannot be traced to a trusted one; ${TRUST}`,
  CERT_HAS_EXPIRED: (host) => `the certificate of ${host} has expired; --insecure connects nevertheless`,
  CERT_NOT_YET_VALID: (host) => `the certificate of ${host} is not valid yet; check the clock, or use --insecure`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host, { message }) =>
    `the certificate is for another host than ${host}; give the right one with --servername, or use --insecure (${message})`,
};

const TRUST = 'name its issuer with --ca, or use --insecure';

/** The failure to connect, explained. The sentence may hold words of the server: it is to be made safe for a terminal. */
export function explainConnectError(error: unknown, { url, received }: Attempt): ConnectFailure {
  const host = url.host;
  if (error instanceof UnexpectedResponseError)
    return { sentence: refusal(`${host} answered`, error.response, received), code: EXIT.REFUSED };
  if (error instanceof ProxyResponseError)
    return { sentence: refusal('the proxy answered', error.response), code: EXIT.REFUSED };
  if (error instanceof HandshakeError)
    return { sentence: brokenHandshake(error, host, received), code: EXIT.VIOLATION };
  const code = codeOf(error);
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  const known = error instanceof Error ? error : new Error(String(error));
  // A server that awaits TLS takes a request for noise, and most say nothing to it.
  const hint = /closed the connection/.test(known.message) && url.protocol === 'ws:' ? '; it may speak TLS (wss:)' : '';
  return {
    sentence: sentence?.(host, known) ?? `cannot connect to ${host}: ${firstLine(known.message) || code}${hint}`,
    code: EXIT.NOT_CONNECTED,
  };
}

/** The code of an error; of several attempts at once that of the first. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : '';
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function refusal(who: string, { status, reason, headers }: ResponseHead, received?: Uint8Array): string {
  const said = `${who} ${status}${reason === '' ? '' : ` ${reason}`} in place of 101${remedy(status, headers.get('location'))}`;
  const body = received === undefined ? '' : responseBody(received);
  return body === '' ? said : `${said}: "${body}"`;
}

const MOST_LOCATION = 200;

function remedy(status: number, location: string | undefined): string {
  if (location !== undefined && status >= 300 && status < 400)
    return `, and sends to "${location.slice(0, MOST_LOCATION)}"; connect there`;
  switch (status) {
    case 200:
      return '; there is a page at this path, but no WebSocket';
    case 401:
      return "; give credentials with -H 'Authorization: …' or in the URL";
    case 403:
      return '; check --origin, and credentials';
    case 404:
      return '; check the path of the URL';
    case 407:
      return '; give a user name and password in the URL of --proxy';
    case 426:
      return '; the server wants another version, or a proxy on the way took the Upgrade field out';
    default:
      return '';
  }
}

// The first byte of a TLS record that holds an alert.
const TLS_ALERT = 0x15;

function brokenHandshake(error: HandshakeError, host: string, received: Uint8Array): string {
  if (received[0] === TLS_ALERT) return `${host} speaks TLS; write wss: in place of ws:`;
  const isNoHttp = error.code === 'status-line' && !Buffer.from(received).toString('latin1').startsWith('HTTP/');
  if (isNoHttp) return `what listens at ${host} does not speak HTTP; its answer begins with ${quote(textOf(received))}`;
  return `the answer of ${host} breaks a rule (${error.section}): ${error.message}`;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 60));
}
