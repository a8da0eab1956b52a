import type { DeliveryTotals } from './delivery.ts';

/** All that became of the messages of a node, and how often it had to mend or give up a feed. */
export interface NodeTotals extends DeliveryTotals {
  readonly repairs: number;
  readonly resets: number;
}

/** Totals of nothing, for whoever has none of its own yet. */
export const NO_TOTALS: Readonly<DeliveryTotals> = Object.freeze(noTotals());

/** Totals of nothing, to be added to. */
export function noTotals(): DeliveryTotals {
  return { published: 0, recipients: 0, ok: 0, pressured: 0, dropped: 0, closed: 0, displaced: 0 };
}

/** Adds `more` to `sum`. */
export function addTotals(sum: DeliveryTotals, more: Readonly<DeliveryTotals> | undefined): void {
  if (more) for (const name of Object.keys(sum) as (keyof DeliveryTotals)[]) sum[name] += more[name];
}
