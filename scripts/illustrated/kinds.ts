import type { Span } from '../../src/inspect/index.ts';
import type { Group } from './anatomy.ts';

/** The colours of bytes, each with its name in the legend. */
export const KINDS = {
  bits: 'what the frame is',
  len: 'mask bit and length',
  key: 'mask key',
  data: 'payload',
  code: 'close code',
  name: 'name of a field, first line of a head',
  value: 'value of a field',
  glue: 'colons, spaces, line ends',
} as const;

export type Kind = keyof typeof KINDS;

const KIND_OF_FIELD: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['FIN', 'bits'],
  ['RSV1', 'bits'],
  ['RSV2', 'bits'],
  ['RSV3', 'bits'],
  ['opcode', 'bits'],
  ['MASK', 'len'],
  ['payload length', 'len'],
  ['extended payload length', 'len'],
  ['masking key', 'key'],
  ['close code', 'code'],
  ['method', 'name'],
  ['request target', 'value'],
  ['HTTP version', 'name'],
  ['status code', 'value'],
  ['reason phrase', 'value'],
  ['field name', 'name'],
  ['field value', 'value'],
  ['colon', 'glue'],
  ['white space', 'glue'],
  ['line end', 'glue'],
  ['end of the head', 'glue'],
]);

/** The colour of a span. */
export function kindOf({ field }: Span): Kind {
  return KIND_OF_FIELD.get(field) ?? 'data';
}

/** The colour of bytes that are explained together: that of the first span. */
export function kindOfGroup({ spans }: Group): Kind {
  return spans[0] === undefined ? 'data' : kindOf(spans[0]);
}

/** Whether the bytes break a rule. */
export function isBad({ spans }: Group): boolean {
  return spans.some(({ violation }) => violation !== undefined);
}
