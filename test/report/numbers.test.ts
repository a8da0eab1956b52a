import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatInterval,
  formatNumber,
  formatRate,
  formatRatio,
  formatScaled,
  formatShare,
  formatValue,
  percentileName,
} from '../../src/report/numbers.ts';

describe('a number', () => {
  it.each([
    [0, '0'],
    [1.234, '1.23'],
    [12.34, '12.3'],
    [123.4, '123'],
    [999.6, '1,000'],
    [7, '7'],
    [1234567, '1,234,567'],
    [0.1234, '0.123'],
    [0.00001234, '1.2e-5'],
    [-12.34, '-12.3'],
    [Number.NaN, '—'],
    [Infinity, '∞'],
  ])('%d is shown as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [1_234_567, '1.23 M'],
    [45_600, '45.6 k'],
    [999.4, '999'],
    [999.9, '1.00 k'],
    [999_950, '1.00 M'],
    [2.5e9, '2.50 G'],
    [-1234, '-1.23 k'],
  ])('%d is shown with a prefix as %s', (value, text) => {
    expect(formatScaled(value)).toBe(text);
    expect(formatRate(value)).toBe(`${text}/s`);
  });

  it.each([
    [0, '0'],
    [850, '850 ns'],
    [12_300, '12.3 µs'],
    [4_560_000, '4.56 ms'],
    [999_600, '1.00 ms'],
    [1.5e9, '1.50 s'],
    [59.96e9, '1 min'],
    [125e9, '2 min 5 s'],
    [-125e9, '-2 min 5 s'],
  ])('%d ns is shown as %s', (value, text) => {
    expect(formatDuration(value)).toBe(text);
  });

  it.each([
    [512, '512 B'],
    [1023.9, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [2.25 * 2 ** 20, '2.25 MiB'],
    [8 * 2 ** 30, '8 GiB'],
    [3 * 2 ** 40, '3 TiB'],
  ])('%d bytes are shown as %s', (value, text) => {
    expect(formatBytes(value)).toBe(text);
  });

  it.each([
    [1234, 'ns', '1.23 µs'],
    [1024, 'bytes', '1 KiB'],
    [6656, 'bytes/connection', '6.50 KiB/connection'],
    [64_500, '1/CPU s', '64.5 k/CPU s'],
    [0.123, 'share', '12.3 %'],
    [1.2345, 'ratio', '1.23'],
    [0.012345, 'ratio', '0.012'],
    [4, '', '4'],
    [4, 'files', '4 files'],
    [1500, 'ns/message', '1.50 µs/message'],
  ])('%d of the unit "%s" is shown as %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('that is not known is a dash in any unit, and so is an interval without one of its ends', () => {
    for (const unit of ['ns', 'bytes', '1/s', 'share', 'ratio', '', 'files']) {
      expect(formatValue(Number.NaN, unit)).toBe('—');
      expect(formatInterval(Number.NaN, 1, unit)).toBe('—');
    }
    expect([formatRate(Number.NaN), formatBytes(Number.NaN), formatRatio(Number.NaN)]).toEqual(['—', '—', '—']);
    expect([formatDuration(Number.NaN), formatShare(Number.NaN)]).toEqual(['—', '—']);
    expect(formatInterval(1e6, 2e6, 'ns')).toBe('[1 ms, 2 ms]');
  });

  it('is off by no more than one in two hundred when it is read again', () => {
    const units: Record<string, number> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };
    fc.assert(
      fc.property(fc.double({ min: 1, max: 59e9, noNaN: true }), (value) => {
        const [number = '', unit = ''] = formatDuration(value).split(' ');
        expect(Math.abs((Number(number) * (units[unit] ?? Number.NaN)) / value - 1)).toBeLessThan(0.005 + 1e-9);
      }),
    );
  });

  it('names percentiles without digits that say nothing', () => {
    expect([0.5, 0.9, 0.99, 0.999, 0.99999, 0.975, 1].map(percentileName)).toEqual([
      'p50',
      'p90',
      'p99',
      'p99.9',
      'p99.999',
      'p97.5',
      'max',
    ]);
  });
});
