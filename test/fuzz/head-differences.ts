import type { NodeVerdict } from './node-http.ts';
import { must, mustEqual } from './target.ts';

/** What our reader made of a head. */
export interface OurVerdict {
  /** Why the head was refused. */
  readonly code: string | undefined;
  /** The start line; empty while the head is not complete. */
  readonly line: string;
  readonly fields: readonly (readonly [string, string])[];
  /** What comes of the head: `upgrade`, `fallback`, `none`, or why the upgrade is refused. */
  readonly verdict: string;
}

/** Our refusals of heads that `node:http` takes, and the reason for each. */
export const WE_REFUSE: Readonly<Record<string, string>> = {
  'bare-cr': 'RFC 9112 §2.2: a line ends with CR LF; a CR alone is read as an end of line by some and not by others.',
  'bare-lf': 'RFC 9112 §2.2 permits to take it, and the smuggling of requests has lived on it.',
  'blank-lines': 'More than two blank lines before a request are no accident.',
  'duplicate-field': 'A field that decides something must not have two values: which of them counts would be a guess.',
  'head-too-large': 'The limit counts every byte of the head; that of node:http leaves out the start line.',
  'request-line':
    'RFC 9112 §3: method, target and version, with one space between them; node:http takes HTTP/0.9 without a version, too.',
  'request-line-too-long': 'The start line has a limit of its own.',
  'status-line':
    'RFC 9112 §4: no line before it, HTTP, three digits from 100 on, a space behind them even before an empty reason, no control characters.',
  'target-byte': 'RFC 9112 §3.2: no fragment, no backslash, nothing beyond ASCII.',
  'target-form': 'Only paths and http or https URIs lead anywhere here.',
  'too-many-fields': 'Fields beyond the limit are refused here; node:http drops them, when it has such a limit at all.',
  'version-syntax': 'RFC 9112 §2.3: HTTP/, a digit, a dot, a digit; node:http takes RTSP/1.0 and ICE/1.0, too.',
};

/** Heads that we read although `node:http` refuses them, by its code, and why no harm comes of it. */
export const NODE_REFUSES: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD:
    'RFC 9110 §9.1: a method is any token. It is no upgrade: 405, or the fallback, where the parser of node:http decides again.',
  HPE_INVALID_VERSION:
    'Read, then refused with 505; a later 1.x is an upgrade, because RFC 6455 §4.2.1 asks for HTTP/1.1 or higher.',
  HPE_INVALID_CONTENT_LENGTH:
    'An upgrade with any length but 0 is refused, and the fallback goes through the parser of node:http. A tab behind the 0 is white space like any other (RFC 9110 §5.6.3); node:http takes none there. A 101 ends with its head whatever the field says (RFC 9112 §6.3).',
  HPE_INVALID_TRANSFER_ENCODING: 'As with HPE_INVALID_CONTENT_LENGTH.',
};

/** What ours upgrades although `node:http` refuses it: only what the RFCs demand. */
function mayUpgrade({ line, fields }: OurVerdict, code: string): boolean {
  if (code === 'HPE_INVALID_VERSION') return /HTTP\/1\.[2-9]/.test(line);
  if (line.startsWith('HTTP/')) return /CONTENT_LENGTH|TRANSFER_ENCODING/.test(code);
  const saysZero = fields.some(([name, value]) => name === 'content-length' && value === '0');
  return code === 'HPE_INVALID_CONTENT_LENGTH' && saysZero;
}

/**
 * Compares what both made of a head. Where both refuse it, it does not matter why, or which of them sees it first.
 *
 * @returns the class of the deliberate difference that shows, if one does
 * @throws Error for any other difference
 */
export function compareHeads(ours: OurVerdict, node: NodeVerdict): string | undefined {
  if (ours.code !== undefined || ours.line === '') {
    if (node.kind !== 'accepted') return undefined;
    must(ours.code !== undefined, 'node:http has a head where ours waits for more');
    must(Object.hasOwn(WE_REFUSE, ours.code), `node:http takes what ours refuses as ${ours.code}`);
    return `refused:${ours.code}`;
  }
  if (node.kind === 'accepted') {
    mustEqual([ours.line, ours.fields], [node.line, node.fields], 'read otherwise than by node:http');
    return undefined;
  }
  must(node.kind === 'refused', 'node:http waits for more where ours has a head');
  must(Object.hasOwn(NODE_REFUSES, node.code), `node:http refuses as ${node.code} what ours takes`);
  must(
    ours.verdict !== 'upgrade' || mayUpgrade(ours, node.code),
    `node:http refuses as ${node.code} what ours upgrades`,
  );
  return `read:${node.code}`;
}
