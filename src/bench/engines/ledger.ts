/** What a delivery turns out to be. */
export type DeliveryKind =
  /** Next in line, or after a gap: whatever lies between is missing from now on. */
  | 'new'
  /** It was missing: others have overtaken it. */
  | 'reordered'
  /** The receiver has had it. */
  | 'duplicated';

/** Numbers from `from` up to, not including, `to`. */
interface Range {
  from: number;
  to: number;
}

/**
 * Who has received what, exactly: for each receiver and sender the next number and what is missing below it.
 *
 * Senders number what they publish from 0. Receivers and senders are numbered from 0, each on their own.
 */
export class DeliveryLedger {
  readonly #senders: number;
  readonly #next: Float64Array[];
  readonly #gaps = new Map<number, Range[]>();

  constructor(receivers: number, senders: number) {
    this.#senders = senders;
    this.#next = Array.from({ length: receivers }, () => new Float64Array(senders));
  }

  /** Books a delivery. */
  take(receiver: number, sender: number, seq: number): DeliveryKind {
    const next = this.#nextOf(receiver)[sender]!;
    if (seq === next) {
      this.#nextOf(receiver)[sender] = seq + 1;
      return 'new';
    }
    if (seq < next) return this.#fill(receiver, sender, seq) ? 'reordered' : 'duplicated';
    this.#rangesOf(receiver, sender).push({ from: next, to: seq });
    this.#nextOf(receiver)[sender] = seq + 1;
    return 'new';
  }

  /** The number that comes next if all goes well. */
  next(receiver: number, sender: number): number {
    return this.#nextOf(receiver)[sender]!;
  }

  /** Whether it was delivered. */
  has(receiver: number, sender: number, seq: number): boolean {
    if (seq >= this.#nextOf(receiver)[sender]!) return false;
    const gaps = this.#gaps.get(receiver * this.#senders + sender);
    return gaps === undefined || !gaps.some(({ from, to }) => seq >= from && seq < to);
  }

  /** How many deliveries are missing below the highest number that arrived: what a receiver lost that has left since. */
  missing(receiver: number, sender: number): number {
    const gaps = this.#gaps.get(receiver * this.#senders + sender) ?? [];
    return gaps.reduce((count, { from, to }) => count + to - from, 0);
  }

  /**
   * Calls `lost` for every run of deliveries that did not arrive of the `published` first ones of a sender, gaps and the tail,
   * in rising order.
   */
  eachLost(receiver: number, sender: number, published: number, lost: (from: number, to: number) => void): void {
    for (const { from, to } of this.#gaps.get(receiver * this.#senders + sender) ?? []) {
      if (from < published) lost(from, Math.min(to, published));
    }
    const next = this.#nextOf(receiver)[sender]!;
    if (next < published) lost(next, published);
  }

  /** From here on nothing below `published` is expected of a sender: what is missing was counted. */
  settle(receiver: number, sender: number, published: number): void {
    this.#gaps.delete(receiver * this.#senders + sender);
    const next = this.#nextOf(receiver);
    next[sender] = Math.max(next[sender]!, published);
  }

  #fill(receiver: number, sender: number, seq: number): boolean {
    const gaps = this.#gaps.get(receiver * this.#senders + sender);
    const at = gaps?.findIndex(({ from, to }) => seq >= from && seq < to) ?? -1;
    const gap = gaps?.[at];
    if (gaps === undefined || gap === undefined) return false;
    const left = [
      { from: gap.from, to: seq },
      { from: seq + 1, to: gap.to },
    ].filter(({ from, to }) => from < to);
    gaps.splice(at, 1, ...left);
    return true;
  }

  #rangesOf(receiver: number, sender: number): Range[] {
    const key = receiver * this.#senders + sender;
    let ranges = this.#gaps.get(key);
    if (ranges === undefined) {
      ranges = [];
      this.#gaps.set(key, ranges);
    }
    return ranges;
  }

  #nextOf(receiver: number): Float64Array {
    const next = this.#next[receiver];
    if (next === undefined) throw new RangeError(`there is no receiver ${receiver}`);
    return next;
  }
}
