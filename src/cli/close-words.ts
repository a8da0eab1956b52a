import { CloseCode } from '../codec/index.ts';
import type { CloseInfo } from '../node/index.ts';

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(CloseCode).map(([name, code]) => [code, name.toLowerCase().replaceAll('_', ' ')]),
);

/** A close code with its name: `1011 internal error`. */
export function closeCodeName(code: number): string {
  const name = NAMES.get(code);
  return name === undefined ? String(code) : `${code} ${name}`;
}

/** One line about the end of a connection. @param other who is at the other end; empty where its name stands before */
export function howItEnded({ code, reason, clean, by }: CloseInfo, other: string = 'the server'): string {
  const said = `${closeCodeName(code)}${reason === '' ? '' : `, "${reason}"`}`;
  const begin = other === '' ? '' : `${other} `;
  if (clean && by === 'remote') return `${begin}closed with ${said}`;
  if (clean || code !== CloseCode.ABNORMAL) return `${other === '' ? 'was ' : ''}closed with ${said}`;
  return by === 'remote'
    ? `${begin}ended the connection without a closing handshake (1006)`
    : `${begin}did not finish the closing handshake`;
}
