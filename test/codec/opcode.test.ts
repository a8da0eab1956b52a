import { describe, expect, it } from 'vitest';
import { isControlOpcode, Opcode } from '../../src/codec/index.ts';
import { isReservedOpcode } from '../../src/codec/opcode.ts';

describe('RFC 6455 §5.2, the sixteen opcodes', () => {
  const all = Array.from({ length: 16 }, (_, opcode) => opcode);

  it('has six with a meaning and ten in reserve', () => {
    expect(all.filter((opcode) => !isReservedOpcode(opcode))).toEqual(Object.values(Opcode));
    expect(Object.values(Opcode)).toEqual([0, 1, 2, 8, 9, 10]);
  });

  it('takes those with the top bit as control frames, §5.5', () => {
    expect(all.filter(isControlOpcode)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  });
});
