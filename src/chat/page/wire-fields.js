/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @type {(value: unknown) => string} */
export const stringOr = (value) => (typeof value === 'string' ? value : '');

/** @type {(value: unknown) => string | undefined} */
export const orNothing = (value) => (typeof value === 'string' ? value : undefined);

/** @type {(value: unknown, other: number) => number} a number that counts something */
export const numberOr = (value, other) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : other;

/** @type {(value: unknown) => unknown[]} */
export const listOf = (value) => (Array.isArray(value) ? value : []);

/** @type {(fields: Record<string, unknown>) => string | undefined} */
export const idOf = ({ id }) => orNothing(id);
