import { createHash } from 'node:crypto';
import { acceptFor, fieldValue, type Head, type HeadField, headBytes } from '../head.ts';
import { agree, type Terms } from './deflate-terms.ts';
import { type Refusal, readRequest, refuse } from './request.ts';
import type { Broken } from './switches.ts';

/** What the server makes of an opening handshake. */
export interface OpeningAnswer {
  readonly bytes: Uint8Array;
  readonly opens: boolean;
  readonly deflate: Terms | undefined;
}

/** The answer to the text of a head, without the empty line behind it. */
export function answerTo(text: string, broken: Broken): OpeningAnswer {
  const head = readRequest(text, broken);
  if ('status' in head) return refusing(head);
  const seen = broken.has('names-by-case') ? withUsualNames(head) : head;
  const refusal = refuse(seen, broken);
  return refusal === undefined ? accepting(seen, broken) : refusing(refusal);
}

/** The answer that refuses, by status and fields. */
export function refusing({ status, fields }: Refusal): OpeningAnswer {
  const head: Head = {
    startLine: `HTTP/1.1 ${status} Refused`,
    fields: [['Connection', 'close'], ['Content-Length', '0'], ...fields],
  };
  return { bytes: headBytes(head), opens: false, deflate: undefined };
}

function accepting(request: Head, broken: Broken): OpeningAnswer {
  const deflate = agree(fieldValue(request, 'Sec-WebSocket-Extensions'), broken);
  const fields: HeadField[] = [];
  if (!broken.has('no-upgrade-answer')) fields.push(['Upgrade', 'websocket']);
  if (!broken.has('no-connection-answer')) fields.push(['Connection', 'Upgrade']);
  fields.push(['Sec-WebSocket-Accept', acceptOf(request, broken)]);
  if (broken.has('body-announced')) fields.push(['Content-Length', '0']);
  const protocol = protocolOf(request, broken);
  if (protocol !== undefined) fields.push(['Sec-WebSocket-Protocol', protocol]);
  if (deflate.field !== '') fields.push(['Sec-WebSocket-Extensions', deflate.field]);
  const startLine = broken.has('status') ? 'HTTP/1.1 200 OK' : 'HTTP/1.1 101 Switching Protocols';
  return { bytes: headBytes({ startLine, fields }), opens: true, deflate: deflate.terms };
}

function acceptOf(request: Head, broken: Broken): string {
  const key = fieldValue(request, 'Sec-WebSocket-Key') ?? '';
  if (broken.has('accept-other-key')) return acceptFor('AAAAAAAAAAAAAAAAAAAAAA==');
  return broken.has('accept-bare-key') ? createHash('sha1').update(key).digest('base64') : acceptFor(key);
}

function protocolOf(request: Head, broken: Broken): string | undefined {
  if (broken.has('protocol-invented')) return 'x-ws101-invented';
  return broken.has('protocol-all') ? fieldValue(request, 'Sec-WebSocket-Protocol') : undefined;
}

/** What is left of a head for one who does not know that names of fields have no case. */
function withUsualNames({ startLine, fields }: Head): Head {
  const usual = new Set(['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version']);
  return { startLine, fields: fields.filter(([name]) => usual.has(name)) };
}
