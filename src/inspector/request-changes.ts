import type { HeadOffsets, RequestHead } from '../handshake/index.ts';
import type { WebSocketTarget } from '../node/index.ts';

/** A request as it is passed on, and what was changed in it, each change in one sentence. */
export interface PassedRequest {
  readonly bytes: Uint8Array;
  readonly changes: readonly string[];
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The request as the target is to get it: `Host` names the target, a request for `/` asks for the path of the target, and
 * nothing else differs, not even the order of the fields or their spelling.
 */
export function passRequest(
  wire: Uint8Array,
  head: RequestHead,
  offsets: HeadOffsets,
  target: WebSocketTarget,
): PassedRequest {
  const edits: Edit[] = [];
  const changes: string[] = [];
  const [, , targetStart = 0, targetEnd = 0] = offsets.line;
  if (head.target === '/' && target.target !== '/') {
    edits.push({ start: targetStart, end: targetEnd, text: target.target });
    changes.push(`the request target / became ${target.target}`);
  }
  for (let i = 0; i + 3 < offsets.fields.length; i += 4) {
    const [nameStart = 0, nameEnd = 0, start = 0, end = 0] = offsets.fields.slice(i, i + 4);
    if (textOf(wire, nameStart, nameEnd).toLowerCase() !== 'host') continue;
    const said = textOf(wire, start, end);
    if (said === target.host) continue;
    edits.push({ start, end, text: target.host });
    changes.push(`Host: ${said} became ${target.host}`);
  }
  if (target.authorization !== undefined && !head.headers.has('authorization')) {
    const at = wire.length - 2;
    edits.push({ start: at, end: at, text: `Authorization: ${target.authorization}\r\n` });
    changes.push('an Authorization field was added, for the name and password in the URL of the target');
  }
  return { bytes: edited(wire, edits), changes };
}

function edited(wire: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of edits) {
    pieces.push(wire.subarray(at, start), Buffer.from(text, 'latin1'));
    at = end;
  }
  pieces.push(wire.subarray(at));
  return Buffer.concat(pieces);
}

function textOf(wire: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...wire.subarray(start, end));
}
