/** What stands for a number that is not known. */
export const UNKNOWN = '—';

const SECOND = 1e9;
const MINUTE = 60 * SECOND;

/** Three digits that count, without an exponent: `1.23`, `45.6`, `789`, `12,345`; `—` for NaN. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? UNKNOWN : value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size >= 999.5 || (Number.isInteger(value) && size < 1000)) return grouped(Math.round(value));
  if (size < 0.001) return size === 0 ? '0' : value.toExponential(1);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3);
}

/** So many a second: `1.23 M/s`, `45.6 k/s`, `789/s`. */
export function formatRate(perSecond: number): string {
  return `${formatScaled(perSecond)}${Number.isFinite(perSecond) ? '/s' : ''}`;
}

/** With a prefix of SI from a thousand on: `1.23 M`, `45.6 k`, `789`. */
export function formatScaled(value: number): string {
  for (const [factor, prefix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Number.isFinite(value) && Math.abs(value) >= factor * 0.9995)
      return `${formatNumber(value / factor)} ${prefix}`;
  }
  return formatNumber(value);
}

/** A time from nanoseconds to minutes: `850 ns`, `12.3 µs`, `4.56 ms`, `1.50 s`, `2 min 5 s`. */
export function formatDuration(nanoseconds: number): string {
  if (!Number.isFinite(nanoseconds)) return formatNumber(nanoseconds);
  const size = Math.abs(nanoseconds);
  if (size === 0) return '0';
  if (size < 999.5) return `${formatNumber(nanoseconds)} ns`;
  if (size < 999.5e3) return `${formatNumber(nanoseconds / 1e3)} µs`;
  if (size < 999.5e6) return `${formatNumber(nanoseconds / 1e6)} ms`;
  if (size < 59.95 * SECOND) return `${formatNumber(nanoseconds / SECOND)} s`;
  const seconds = Math.round(size / SECOND);
  const minutes = `${nanoseconds < 0 ? '-' : ''}${grouped(Math.floor((seconds * SECOND) / MINUTE))} min`;
  return seconds % 60 === 0 ? minutes : `${minutes} ${seconds % 60} s`;
}

/** A number of bytes in powers of 1024: `512 B`, `1.50 KiB`, `2.25 MiB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return formatNumber(bytes);
  for (const [factor, unit] of [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ] as const) {
    if (Math.abs(bytes) >= factor * 0.9995) return `${formatNumber(bytes / factor)} ${unit}`;
  }
  return `${formatNumber(bytes)} B`;
}

/** A share of 1 as per cent: `12.3 %`. */
export function formatShare(share: number): string {
  return Number.isNaN(share) ? UNKNOWN : `${formatNumber(share * 100)} %`;
}

/** How many times something else: two decimals, more where it is small. */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return formatNumber(ratio);
  return ratio !== 0 && Math.abs(ratio) < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2);
}

/**
 * A number in its unit, whatever that is.
 *
 * `ns` is shown as a time, `bytes` and `bytes/…` in powers of 1024, `1/…` with a prefix (`1/s`: `45.6 k/s`), `share` as
 * per cent, `ratio` with two decimals, the empty unit and `1` as a plain number; any other stands behind the number.
 */
export function formatValue(value: number, unit: string): string {
  if (Number.isNaN(value)) return UNKNOWN;
  if (unit === 'ns') return formatDuration(value);
  if (unit === 'share') return formatShare(value);
  if (unit === 'ratio') return formatRatio(value);
  if (unit === '' || unit === '1') return formatScaled(value);
  const per = unit.indexOf('/');
  const of = per === -1 ? unit : unit.slice(0, per);
  const rest = per === -1 ? '' : unit.slice(per);
  if (of === 'bytes') return formatBytes(value) + rest;
  if (of === 'ns') return formatDuration(value) + rest;
  return of === '1' ? formatScaled(value) + rest : `${formatNumber(value)} ${unit}`;
}

/** An interval in brackets: `[1.20 ms, 1.26 ms]`; `—` when an end of it is not known. */
export function formatInterval(low: number, high: number, unit: string): string {
  if (Number.isNaN(low) || Number.isNaN(high)) return UNKNOWN;
  return `[${formatValue(low, unit)}, ${formatValue(high, unit)}]`;
}

/** The name of a percentile, from a share: `p50`, `p99.9`; 1 is `max`. */
export function percentileName(share: number): string {
  return share >= 1 ? 'max' : `p${Number((share * 100).toFixed(6))}`;
}

function grouped(whole: number): string {
  return whole.toLocaleString('en-US');
}
