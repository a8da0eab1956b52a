/** What the fields of an opening handshake are for: section and note, by name in lower case. */
export const FIELD_NOTES: ReadonlyMap<string, readonly [section: string, note: string]> = new Map([
  ['host', ['RFC 9110 §7.2', 'the host that the client wants to reach']],
  ['upgrade', ['RFC 9110 §7.8', 'the protocol to change to']],
  ['connection', ['RFC 9110 §7.6.1', 'fields for this hop; Upgrade is one of them']],
  ['origin', ['RFC 6455 §10.2', 'where the script comes from; browsers always send it']],
  ['sec-websocket-key', ['RFC 6455 §11.3.1', '16 random bytes in base64, which the server must prove to have read']],
  ['sec-websocket-accept', ['RFC 6455 §11.3.3', 'SHA-1 of the key and a fixed GUID, in base64']],
  ['sec-websocket-version', ['RFC 6455 §11.3.5', 'the version of the protocol; 13 is the one there is']],
  ['sec-websocket-protocol', ['RFC 6455 §11.3.4', 'what the application speaks over the connection']],
  ['sec-websocket-extensions', ['RFC 6455 §11.3.2', 'what changes the frames, permessage-deflate for example']],
  ['cookie', ['RFC 6265 §5.4', 'sent by browsers whatever page opens the connection']],
  ['authorization', ['RFC 9110 §11.6.2', 'credentials; no browser lets a script set it here']],
  ['content-length', ['RFC 9110 §8.6', 'how long the body is']],
  ['transfer-encoding', ['RFC 9112 §6.1', 'how the body is framed']],
]);

/** The line or field that a broken rule of the handshake is about. Rules without an entry are about a single byte. */
export const FIELD_OF_RULE: ReadonlyMap<string, string> = new Map([
  ['target-form', 'request target'],
  ['http-version', 'HTTP version'],
  ['method', 'method'],
  ['content-length', 'content-length'],
  ['transfer-encoding', 'transfer-encoding'],
  ['host', 'host'],
  ['target-host', 'request target'],
  ['host-not-allowed', 'host'],
  ['upgrade-token', 'upgrade'],
  ['connection-token', 'connection'],
  ['key', 'sec-websocket-key'],
  ['websocket-version', 'sec-websocket-version'],
  ['protocol-syntax', 'sec-websocket-protocol'],
  ['protocol-duplicate', 'sec-websocket-protocol'],
  ['extension-syntax', 'sec-websocket-extensions'],
  ['extension-limit', 'sec-websocket-extensions'],
  ['origin', 'origin'],
  ['duplicate-field', 'upgrade'],
  ['response-version', 'HTTP version'],
  ['response-status', 'status code'],
  ['response-upgrade', 'upgrade'],
  ['response-connection', 'connection'],
  ['response-accept', 'sec-websocket-accept'],
  ['response-protocol', 'sec-websocket-protocol'],
  ['response-extension', 'sec-websocket-extensions'],
  ['response-extension-params', 'sec-websocket-extensions'],
]);

const REQUEST_LINE = ['method', 'request target', 'HTTP version'];
const STATUS_LINE = ['HTTP version', 'status code', 'reason phrase'];

/** The name of a part of the first line, counted from 0. */
export function partName(kind: 'request' | 'response', index: number): string {
  return (kind === 'request' ? REQUEST_LINE : STATUS_LINE)[index] ?? '';
}
