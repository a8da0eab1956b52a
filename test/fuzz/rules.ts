import type { ViolationRule } from '../../src/codec/index.ts';
import { FRAME_RULES } from '../../src/codec/violation.ts';
import { DEFLATE_RULES } from '../../src/node/deflate-message.ts';
import { MESSAGE_RULES } from '../../src/protocol/index.ts';
import { PROBE_RULES } from './probe-extension.ts';

const RULES: Readonly<Record<string, ViolationRule>> = {
  ...FRAME_RULES,
  ...MESSAGE_RULES,
  ...DEFLATE_RULES,
  ...PROBE_RULES,
};

/** The codes of all violations that bytes after the handshake can lead to. */
export const DOCUMENTED_CODES: readonly string[] = Object.keys(RULES);

/** The rule of a code, when there is one. */
export function documentedRule(code: string): ViolationRule | undefined {
  return Object.hasOwn(RULES, code) ? RULES[code] : undefined;
}
