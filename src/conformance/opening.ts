import { randomBytes } from 'node:crypto';
import { type Agreement, readAnswer } from './deflate-terms.ts';
import {
  acceptFor,
  fieldList,
  fieldValue,
  fieldValues,
  type Head,
  type HeadField,
  hasWord,
  KEY,
  statusOf,
} from './head.ts';

/** Where a server is tested. */
export interface ServerTarget {
  readonly url: string;
  readonly secure: boolean;
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The `Host` field. */
  readonly host: string;
  /** The request target: path and query. */
  readonly path: string;
  /** Fields of every request besides those that it needs. */
  readonly fields: readonly HeadField[];
  /** Subprotocols to offer. */
  readonly protocols: readonly string[];
}

/** The request of a client that follows RFC 6455 §4.1, with a new key. */
export function usualRequest({ path, host, fields, protocols }: ServerTarget, extensions: string): Head {
  const more: HeadField[] = [];
  if (protocols.length > 0) more.push(['Sec-WebSocket-Protocol', protocols.join(', ')]);
  if (extensions !== '') more.push(['Sec-WebSocket-Extensions', extensions]);
  return {
    startLine: `GET ${path} HTTP/1.1`,
    fields: [
      ['Host', host],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', randomBytes(16).toString('base64')],
      ['Sec-WebSocket-Version', '13'],
      ...more,
      ...fields,
    ],
  };
}

/** The answer of a server that follows RFC 6455 §4.2.2; it takes no subprotocol. */
export function usualResponse(request: Head, extensions: string): Head {
  const more: HeadField[] = extensions === '' ? [] : [['Sec-WebSocket-Extensions', extensions]];
  return {
    startLine: 'HTTP/1.1 101 Switching Protocols',
    fields: [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', acceptFor(fieldValue(request, 'Sec-WebSocket-Key') ?? '')],
      ...more,
    ],
  };
}

/** What a client must not accept in a response with status 101, in words; or the agreement on permessage-deflate. */
export function readResponse(response: Head, request: Head): string | { readonly deflate: Agreement | undefined } {
  const status = statusOf(response);
  if (status !== 101) return `the answer is ${JSON.stringify(response.startLine)}, not 101`;
  if (fieldValue(response, 'Upgrade')?.toLowerCase() !== 'websocket') return 'the response has no Upgrade: websocket';
  if (!hasWord(response, 'Connection', 'upgrade')) return 'the response has no Connection: Upgrade';
  const accept = acceptFor(fieldValue(request, 'Sec-WebSocket-Key') ?? '');
  const [given, ...others] = fieldValues(response, 'Sec-WebSocket-Accept');
  if (given !== accept || others.length > 0)
    return `Sec-WebSocket-Accept is ${JSON.stringify([given, ...others].join(', '))} and should be ${JSON.stringify(accept)}`;
  const offered = fieldList(request, 'Sec-WebSocket-Protocol');
  const protocols = fieldValues(response, 'Sec-WebSocket-Protocol');
  if (protocols.length > 1 || !protocols.every((protocol) => offered.includes(protocol)))
    return `the response has the subprotocol ${JSON.stringify(protocols.join(', '))}, which was not offered`;
  const extensions = fieldValue(response, 'Sec-WebSocket-Extensions');
  const deflate = readAnswer(fieldValue(request, 'Sec-WebSocket-Extensions') ?? '', extensions);
  return typeof deflate === 'string' ? deflate : { deflate };
}

/** What a server must not accept in a request, in words (RFC 6455 §4.2.1); empty when it may. */
export function requestFlaw(request: Head): string {
  if (!/^GET \S+ HTTP\/1\.1$/.test(request.startLine))
    return `the request begins with ${JSON.stringify(request.startLine)}`;
  if (fieldValues(request, 'Host').length !== 1) return 'the request has not exactly one Host';
  if (!hasWord(request, 'Upgrade', 'websocket')) return 'the request has no Upgrade: websocket';
  if (!hasWord(request, 'Connection', 'upgrade')) return 'the request has no Connection: Upgrade';
  const keys = fieldValues(request, 'Sec-WebSocket-Key');
  if (keys.length !== 1 || !KEY.test(keys[0] ?? ''))
    return `Sec-WebSocket-Key is ${JSON.stringify(keys.join(', '))}, not the base64 of 16 bytes`;
  const versions = fieldValues(request, 'Sec-WebSocket-Version');
  return versions.join() === '13' ? '' : `Sec-WebSocket-Version is ${JSON.stringify(versions.join(', '))}, not 13`;
}
