import { formatValue } from './numbers.ts';

/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Even numbers that divide a range: multiples of 1, 2, 2.5 or 5 and a power of ten (of bytes: of a power of 1024).
 *
 * @param wanted how many there should be, more or less
 */
export function linearTicks(low: number, high: number, wanted: number, unit: string): Tick[] {
  if (!(high > low)) return [{ value: low, label: formatValue(low, unit) }];
  const base = unit.startsWith('bytes') ? 1024 ** Math.max(0, Math.floor(Math.log2(high) / 10)) : 1;
  const rough = (high - low) / base / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const nearness = (factor: number): number => Math.abs(Math.log((factor * power) / rough));
  const step = STEPS.reduce((a, b) => (nearness(b) < nearness(a) ? b : a)) * power * base;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  return values.map((value) => ({ value, label: tickLabel(value, step, Math.max(...values.map(Math.abs)), unit) }));
}

const MANTISSAS: readonly (readonly number[])[] = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7]];

/** Numbers that divide a range by factors: powers of ten, and so many numbers between them that there are three at least. */
export function logarithmicTicks(low: number, high: number, wanted: number, unit: string): Tick[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  for (const mantissas of MANTISSAS) {
    const values: number[] = [];
    for (let power = from; power <= to; power++) for (const mantissa of mantissas) values.push(mantissa * 10 ** power);
    const inside = values.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
    if (inside.length < 3) continue;
    const every = Math.ceil(inside.length / Math.max(3, wanted * 1.5));
    return inside
      .filter((_, i) => i % every === 0)
      .map((value) => ({ value, label: withoutZeros(formatValue(value, unit)) }));
  }
  return linearTicks(low, high, wanted, unit);
}

/** The shares with one nine more each: 0, 50 %, 90 %, 99 %, … */
export function percentileTicks(highest: number): Tick[] {
  const ticks = [
    { value: 0, label: '0 %' },
    { value: 0.5, label: '50 %' },
  ];
  for (let nines = 1; nines <= 9; nines++) {
    const value = 1 - 10 ** -nines;
    const label = nines === 1 ? '90 %' : `99${nines === 2 ? '' : `.${'9'.repeat(nines - 2)}`} %`;
    ticks.push({ value, label });
  }
  return ticks.filter(({ value }) => value <= highest + 1e-12);
}

const SHOWN = new Map<string, readonly (readonly [factor: number, name: string])[]>([
  [
    'ns',
    [
      [1e9, ' s'],
      [1e6, ' ms'],
      [1e3, ' µs'],
      [1, ' ns'],
    ],
  ],
  [
    'bytes',
    [
      [2 ** 40, ' TiB'],
      [2 ** 30, ' GiB'],
      [2 ** 20, ' MiB'],
      [2 ** 10, ' KiB'],
      [1, ' B'],
    ],
  ],
  [
    '1',
    [
      [1e9, ' G'],
      [1e6, ' M'],
      [1e3, ' k'],
      [1, ''],
    ],
  ],
  ['share', [[0.01, ' %']]],
]);

/** All labels of an axis in the same unit, with the decimals that tell neighbours apart. */
function tickLabel(value: number, step: number, most: number, unit: string): string {
  const slash = unit.indexOf('/');
  const of = slash === -1 ? unit : unit.slice(0, slash);
  const per = slash === -1 ? '' : unit.slice(slash);
  const factors = SHOWN.get(of === '' || of === 'ratio' ? '1' : of);
  const [factor, name] = factors?.find(([size]) => size <= most * (1 + 1e-9)) ?? factors?.at(-1) ?? [1, ` ${of}`];
  let decimals = 0;
  while (
    decimals < 6 &&
    Math.abs((step / factor) * 10 ** decimals - Math.round((step / factor) * 10 ** decimals)) > 1e-6
  )
    decimals++;
  return value === 0 ? '0' : `${(value / factor).toFixed(decimals)}${name}${per}`;
}

function withoutZeros(text: string): string {
  return text.replace(/\.0+(?!\d)|(\.\d*[1-9])0+(?!\d)/, '$1');
}
