import { parseExtensions } from '../extension-field.ts';
import { fieldList, fieldValue, fieldValues, type Head, type HeadField, hasWord, KEY, TOKEN } from '../head.ts';
import type { Broken } from './switches.ts';

/** Why a request is refused: the status, and the fields that go with it. */
export interface Refusal {
  readonly status: number;
  readonly fields: readonly HeadField[];
}

const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const HOST = /^(?:\[[0-9A-Fa-f:.]{2,}\]|[A-Za-z0-9._~-]+)(?::\d{0,5})?$/;
const MOST_FIELDS = 100;

/** The head that a text is, or why it is none (RFC 9112 §2 to §5). */
export function readRequest(text: string, broken: Broken): Head | Refusal {
  const [startLine = '', ...lines] = text.split('\r\n');
  if (/[\r\n]/.test(startLine) || lines.length > MOST_FIELDS) return refusal(lines.length > MOST_FIELDS ? 431 : 400);
  const fields: HeadField[] = [];
  for (const line of lines) {
    const field = readField(line, broken);
    if (field !== undefined) fields.push(field);
    else if (!broken.has('field-grammar')) return refusal(400);
  }
  return { startLine, fields };
}

function readField(line: string, broken: Broken): HeadField | undefined {
  const [, name = '', space = '', value = ''] = /^([^:]*?)([ \t]*):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (space !== '' && !broken.has('space-before-colon')) return undefined;
  return TOKEN.test(name) && VALUE.test(value) ? [name, value] : undefined;
}

/** What is wrong with a request for a WebSocket (RFC 6455 §4.2.1); undefined when nothing is. */
export function refuse(head: Head, broken: Broken): Refusal | undefined {
  return (
    refuseLine(head, broken) ?? refuseHost(head, broken) ?? refuseBody(head, broken) ?? refuseUpgrade(head, broken)
  );
}

function refuseLine({ startLine }: Head, broken: Broken): Refusal | undefined {
  const [, method = '', target = '', version = ''] = /^(\S+) (\S+) HTTP\/(\d\.\d)$/.exec(startLine) ?? [];
  if (!TOKEN.test(method)) return refusal(400);
  const isAbsolute = /^https?:\/\/[^/?#]/i.test(target) && !broken.has('absolute-target');
  if (!isAbsolute && !/^\/[\x21\x22\x24-\x5b\x5d-\x7e]*$/.test(target)) return refusal(400);
  if (!/^1\.[1-9]$/.test(version) && !(version === '1.0' && broken.has('any-http-version'))) return refusal(505);
  if (method === 'GET' || broken.has('any-method')) return undefined;
  return refusal(405, broken.has('methods-unnamed') ? [] : [['Allow', 'GET']]);
}

function refuseHost(head: Head, broken: Broken): Refusal | undefined {
  const [host = '', ...others] = fieldValues(head, 'Host');
  if (others.length > 0 && !broken.has('two-hosts')) return refusal(400);
  return HOST.test(host) || broken.has('any-host') ? undefined : refusal(400);
}

function refuseBody(head: Head, broken: Broken): Refusal | undefined {
  if (broken.has('any-length')) return undefined;
  const hasBody =
    (fieldValue(head, 'Content-Length') ?? '0') !== '0' || fieldValue(head, 'Transfer-Encoding') !== undefined;
  return hasBody ? refusal(400) : undefined;
}

function refuseUpgrade(head: Head, broken: Broken): Refusal | undefined {
  const upgrade: HeadField[] = broken.has('upgrade-unnamed') ? [] : [['Upgrade', 'websocket']];
  const asksForIt = broken.has('upgrade-by-case')
    ? fieldList(head, 'Upgrade').includes('websocket')
    : hasWord(head, 'Upgrade', 'websocket');
  if (!asksForIt && !broken.has('any-upgrade')) return refusal(426, upgrade);
  const connection = fieldValue(head, 'Connection') ?? '';
  const isWord = broken.has('connection-whole')
    ? connection.toLowerCase() === 'upgrade'
    : hasWord(head, 'Connection', 'upgrade');
  if (!isWord && !broken.has('any-connection')) return refusal(426, upgrade);
  if (!isKey(head, broken)) return refusal(400);
  const version = fieldValue(head, 'Sec-WebSocket-Version') ?? '';
  const isVersion = version === '13' || (broken.has('version-as-number') && Number(version) === 13);
  if (!isVersion && !broken.has('any-version'))
    return refusal(426, [
      ...upgrade,
      ...(broken.has('versions-unnamed') ? [] : [['Sec-WebSocket-Version', '13'] as const]),
    ]);
  return refuseLists(head, broken);
}

function isKey(head: Head, broken: Broken): boolean {
  if (broken.has('any-key')) return true;
  const keys = fieldValues(head, 'Sec-WebSocket-Key');
  const key = (broken.has('two-keys') ? keys[0] : fieldValue(head, 'Sec-WebSocket-Key')) ?? '';
  return broken.has('key-by-length') ? key.length === 24 : KEY.test(key);
}

function refuseLists(head: Head, broken: Broken): Refusal | undefined {
  const names = fieldList(head, 'Sec-WebSocket-Protocol');
  const isList = names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
  if (!isList && !broken.has('protocol-grammar')) return refusal(400);
  const extensions = fieldValue(head, 'Sec-WebSocket-Extensions');
  if (extensions === undefined || broken.has('extension-grammar')) return undefined;
  return parseExtensions(extensions) === undefined ? refusal(400) : undefined;
}

function refusal(status: number, fields: readonly HeadField[] = []): Refusal {
  return { status, fields };
}
