/**
 * What a field is, for its colour.
 *
 * @param {string} field
 */
export function kindOf(field) {
  if (/^(?:FIN|RSV)/.test(field)) return 'k-flag';
  if (field === 'opcode') return 'k-opcode';
  if (/length/.test(field)) return 'k-length';
  if (/^(?:MASK|masking key)/.test(field)) return 'k-mask';
  if (/name|line end|white space|end of|^$/.test(field)) return 'k-plain';
  return 'k-payload';
}
