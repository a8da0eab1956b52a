/** What is known of one limit beside its name and its value. */
export interface LimitRow {
  readonly what: string;
  readonly unit: 'bytes' | 'ms' | '';
  /** What happens at the first of them too many. */
  readonly beyond: string;
  readonly section: string;
  /** Under test/. */
  readonly tests: readonly (readonly [file: string, title: string])[];
}

/** One frozen table of the code, with a row for each of its names. */
export interface LimitTable {
  readonly heading: string;
  /** Whose option each name is. */
  readonly option: string;
  readonly values: Readonly<Record<string, number>>;
  readonly rows: Readonly<Record<string, LimitRow>>;
}

/** A table of which every limit has a row. */
export function tableOf<Name extends string>(
  heading: string,
  option: string,
  values: Readonly<Record<Name, number>>,
  rows: Readonly<Record<Name, LimitRow>>,
): LimitTable {
  return { heading, option, values, rows };
}
