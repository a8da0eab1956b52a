import type { RecordCondition, RecordResult } from './broker.ts';

interface MemoryRecord {
  readonly value: string;
  readonly until: number;
}

/** Small records that end by themselves, the oldest given up for a new one when there are too many. */
export class MemoryRecords {
  readonly #most: number;
  /** By when they were written last, the longest ago first. */
  readonly #records = new Map<string, MemoryRecord>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#records.size;
  }

  get(key: string, nowMs: number): RecordResult {
    const former = this.#live(key, nowMs);
    return { done: former !== undefined, former };
  }

  put(key: string, value: string, ttlMs: number, when: RecordCondition, nowMs: number): RecordResult {
    const former = this.#live(key, nowMs);
    if (!meets(former, when)) return { done: false, former };
    this.#records.delete(key);
    const [oldest] = this.#records.size >= this.#most ? this.#records.keys() : [];
    if (oldest !== undefined) this.#records.delete(oldest);
    this.#records.set(key, { value, until: nowMs + ttlMs });
    return { done: true, former };
  }

  delete(key: string, when: RecordCondition, nowMs: number): RecordResult {
    const former = this.#live(key, nowMs);
    const done = former !== undefined && meets(former, when);
    if (done) this.#records.delete(key);
    return { done, former };
  }

  /** Forgets what has ended. */
  sweep(nowMs: number): void {
    for (const key of this.#records.keys()) this.#live(key, nowMs);
  }

  #live(key: string, nowMs: number): string | undefined {
    const record = this.#records.get(key);
    if (record && record.until > nowMs) return record.value;
    if (record) this.#records.delete(key);
    return undefined;
  }
}

function meets(former: string | undefined, when: RecordCondition): boolean {
  if (when === 'any') return true;
  return when === 'absent' ? former === undefined : former === when.equals;
}
