import { ProtocolViolation, type ViolationRule } from '../../src/codec/index.ts';
import type { Extension, ExtensionMessage } from '../../src/protocol/index.ts';

/** What the extension of the fuzzer refuses. */
export const PROBE_RULES: Readonly<Record<'probe-refused', ViolationRule>> = {
  'probe-refused': { closeCode: 1008, section: 'RFC 6455 §9', message: 'the probe does not take this' },
};

const RSV3 = 1;

/** An extension that uses all there is: bits on every kind of frame, a data opcode, a control opcode, a transformation. */
export function probeExtension(): Extension {
  const refuse = (payload: Uint8Array): void => {
    if (payload[0] === 0xff) throw new ProtocolViolation('probe-refused', PROBE_RULES['probe-refused']);
  };
  return {
    name: 'probe',
    reservedBits: { start: RSV3, continuation: 2, control: 2 },
    opcodes: [3, 11],
    encode: ({ payload }: ExtensionMessage) => ({ payload: payload.map((byte) => byte ^ 0x20), rsv: RSV3 }),
    decode({ payload }: ExtensionMessage): Uint8Array {
      refuse(payload);
      return payload.map((byte) => byte ^ 0x20);
    },
    frame: (_opcode, payload) => refuse(payload),
  };
}
