import { applyMask } from '../codec/index.ts';
import type { ExportSource } from './downloads.ts';
import type { Entry, FrameEntry } from './entry.ts';
import { toEntryJson } from './entry-json.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The entries as lines of JSON, a header first. Bytes are in base64; frames also have their `text`, unmasked, where it is
 * UTF-8 and all of it was kept.
 */
export function toNdjson({ entries, target, startedAt }: ExportSource): string {
  const header = { schema: 1, type: 'ws101-frames', target, started_at: new Date(startedAt).toISOString() };
  return [JSON.stringify(header), ...entries.map(lineOf), ''].join('\n');
}

function lineOf(entry: Entry): string {
  const json = toEntryJson(entry);
  if (entry.kind !== 'frame') return JSON.stringify(json);
  const text = textOf(entry);
  return JSON.stringify(text === undefined ? json : { ...json, text });
}

function textOf({ wire, header, size, context, deflate }: FrameEntry): string | undefined {
  const { opcode, rsv, maskKey } = header;
  const isText = opcode === 1 || (opcode === 0 && context.opcode === 1);
  const isCompressed = deflate && (opcode === 0 ? context.compressed : (rsv & 4) !== 0);
  if (!isText || isCompressed || wire.length < size) return undefined;
  const payload = wire.slice(header.size);
  applyMask(payload, maskKey);
  try {
    return UTF8.decode(payload);
  } catch {
    return undefined;
  }
}
