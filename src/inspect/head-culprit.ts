import { HandshakeError } from '../handshake/index.ts';
import { FIELD_OF_RULE, partName } from './head-fields.ts';
import type { HeadPiece } from './head-pieces.ts';

/** A head that was read whole, in pieces. */
export interface CutHead {
  readonly kind: 'request' | 'response';
  readonly bytes: Uint8Array;
  readonly pieces: readonly HeadPiece[];
  /** Throws HandshakeError where the bytes of a head break a rule. */
  readonly read: (bytes: Uint8Array) => void;
}

/** The piece that a broken rule is about; the end of the head where something is missing from it. */
export function findCulprit(error: HandshakeError, head: CutHead): HeadPiece | undefined {
  const { pieces, kind } = head;
  const wanted = FIELD_OF_RULE.get(error.code);
  const inLine = pieces.find((piece) => piece.kind === 'line' && partName(kind, piece.index) === wanted);
  if (inLine !== undefined) return inLine;
  const names = pieces.filter((piece) => piece.kind === 'name');
  let found = names.filter((piece) => nameIn(head.bytes, piece) === wanted);
  if (error.code === 'duplicate-field') {
    const repeated = names.find((piece) => isRefusedRepetition(head, piece));
    if (repeated !== undefined) return repeated;
    found = found.slice(1);
  }
  const name = found[0];
  if (name === undefined) return pieces.at(-1);
  return pieces.find((piece) => piece.kind === 'value' && piece.index === name.index) ?? name;
}

/** Whether this is a repetition that the reader refuses: asked by giving it a head with this field alone, twice. */
function isRefusedRepetition({ bytes, pieces, read }: CutHead, name: HeadPiece): boolean {
  const text = nameIn(bytes, name);
  const isRepeated = pieces.some(
    (piece) => piece.kind === 'name' && piece.index < name.index && nameIn(bytes, piece) === text,
  );
  if (!isRepeated) return false;
  const lineEnd = (pieces.find((piece) => piece.kind === 'line end' && piece.start > 1)?.end ?? 0) - 2;
  const field = [...bytes.subarray(name.start, name.end), 0x3a, 0x30, 0x0d, 0x0a];
  const probe = [...bytes.subarray(0, lineEnd), 0x0d, 0x0a, ...field, ...field, 0x0d, 0x0a];
  try {
    read(Uint8Array.from(probe));
    return false;
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    return error.code === 'duplicate-field';
  }
}

/** The name of a field, in lower case. */
export function nameIn(bytes: Uint8Array, { start, end }: HeadPiece): string {
  let name = '';
  for (const byte of bytes.subarray(start, end)) name += String.fromCharCode(byte);
  return name.toLowerCase();
}
