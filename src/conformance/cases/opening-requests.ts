import { readParameters } from '../deflate-terms.ts';
import { parseExtensions } from '../extension-field.ts';
import { fieldList, fieldValue, fieldValues, type Head, hasWord, KEY, TOKEN } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import { accepted, type Row } from './opening-terms.ts';

/** A rule for requests, in a line: the flaw in words where there is one. */
const request = (
  number: string,
  title: string,
  sections: string,
  check: (request: Head) => string | undefined,
): Row => [number, title, sections, (usual) => usual, { check }];

/** H.5: the request of a client. Each is sent the usual response, and must open. */
export const OPENING_REQUESTS: readonly ConformanceCase[] = accepted('client', [
  request('H.5.1', 'the request line is GET, a path and HTTP/1.1', 'RFC 6455 §4.1', ({ startLine }) =>
    /^GET \/[\x21-\x7e]* HTTP\/1\.1$/.test(startLine)
      ? undefined
      : `the request begins with ${JSON.stringify(startLine)}`,
  ),
  request('H.5.2', 'the target has no fragment', 'RFC 6455 §3', ({ startLine }) =>
    startLine.includes('#') ? 'the target has a fragment' : undefined,
  ),
  request('H.5.3', 'there is one Host, with a name and at most a port', 'RFC 6455 §4.1', (head) => {
    const hosts = fieldValues(head, 'Host');
    return hosts.length === 1 && /^(?:\[[0-9a-f:.]+\]|[^:/?#@\s]+)(?::\d+)?$/i.test(hosts[0] ?? '')
      ? undefined
      : `Host is ${JSON.stringify(hosts)}`;
  }),
  request('H.5.4', 'Upgrade has the word websocket', 'RFC 6455 §4.1', (head) => lacks(head, 'Upgrade', 'websocket')),
  request('H.5.5', 'Connection has the word Upgrade', 'RFC 6455 §4.1', (head) => lacks(head, 'Connection', 'upgrade')),
  request('H.5.6', 'there is one key, of 16 bytes in base64', 'RFC 6455 §4.1, RFC 6455 §11.3.1', (head) => {
    const keys = fieldValues(head, 'Sec-WebSocket-Key');
    return keys.length === 1 && KEY.test(keys[0] ?? '') ? undefined : `the keys are ${JSON.stringify(keys)}`;
  }),
  request('H.5.7', 'the key is a random one', 'RFC 6455 §4.1', (head) => {
    const key = Buffer.from(fieldValue(head, 'Sec-WebSocket-Key') ?? '', 'base64');
    const isSample = key.equals(Buffer.from('the sample nonce'));
    return isSample || new Set(key).size < 4 ? 'the key is the sample of the RFC, or hardly varies' : undefined;
  }),
  request('H.5.8', 'there is one version, and it is 13', 'RFC 6455 §4.1, RFC 6455 §11.3.5', (head) => {
    const versions = fieldValues(head, 'Sec-WebSocket-Version');
    return versions.length === 1 && versions[0] === '13' ? undefined : `the versions are ${JSON.stringify(versions)}`;
  }),
  request('H.5.9', 'subprotocols are tokens, each of them once', 'RFC 6455 §4.1', (head) => {
    const names = fieldList(head, 'Sec-WebSocket-Protocol');
    const isRight = names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
    return isRight ? undefined : `the subprotocols are ${JSON.stringify(names)}`;
  }),
  request('H.5.10', 'extensions follow the grammar', 'RFC 6455 §9.1', (head) => {
    const value = fieldValue(head, 'Sec-WebSocket-Extensions');
    return value === undefined || parseExtensions(value) !== undefined
      ? undefined
      : `the extensions are ${JSON.stringify(value)}`;
  }),
  request(
    'H.5.11',
    'offers of permessage-deflate have the parameters of an offer, each once',
    'RFC 7692 §7.1',
    (head) => {
      const offers = parseExtensions(fieldValue(head, 'Sec-WebSocket-Extensions') ?? '') ?? [];
      return offers
        .filter(({ name }) => name === 'permessage-deflate')
        .map((offer) => readParameters(offer, 'offer'))
        .find((flaw) => typeof flaw === 'string');
    },
  ),
  request('H.5.12', 'the request announces no body', 'RFC 6455 §4.1', (head) =>
    ['Content-Length', 'Transfer-Encoding']
      .find((name) => (fieldValue(head, name) ?? '0') !== '0')
      ?.concat(' in the request'),
  ),
]);

function lacks(head: Head, name: string, word: string): string | undefined {
  return hasWord(head, name, word) ? undefined : `${name} lacks the word ${word}`;
}
