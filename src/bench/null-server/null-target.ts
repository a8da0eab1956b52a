import { headerSize, writeHeader } from '../../codec/index.ts';

const FIN = 0x80;

/** The request target that makes the null server answer each message of so many bytes with one of as many. */
export function nullTarget(path: '/echo' | '/fanout', opcode: number, payloadBytes: number): string {
  const size = headerSize(payloadBytes, false);
  const head = Buffer.alloc(size);
  writeHeader(head, 0, FIN | opcode, payloadBytes, undefined);
  return `${path}?in=${headerSize(payloadBytes, true) + payloadBytes}&out=${size + payloadBytes}&head=${head.toString('hex')}`;
}
