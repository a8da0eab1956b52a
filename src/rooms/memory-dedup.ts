import type { Published } from './broker.ts';

/** Remembers for a while under which sender and id what was published: at most `most` of them, the newest. */
export class DedupWindow {
  readonly #windowMs: number;
  readonly #most: number;
  readonly #published = new Map<string, Published>();

  constructor(windowMs: number, most: number) {
    this.#windowMs = windowMs;
    this.#most = most;
  }

  get size(): number {
    return this.#published.size;
  }

  /** What was published under this sender and id, as the answer to a second attempt. */
  find(sender: string, id: string, nowMs: number): Published | undefined {
    const known = this.#published.get(nameOf(sender, id));
    return known && nowMs - known.at <= this.#windowMs ? { ...known, duplicate: true } : undefined;
  }

  add(sender: string, id: string, published: Published): void {
    this.#published.set(nameOf(sender, id), published);
    this.sweep(published.at);
  }

  /** Forgets what the window has passed. */
  sweep(nowMs: number): void {
    for (const [name, { at }] of this.#published) {
      if (this.#published.size <= this.#most && nowMs - at <= this.#windowMs) break;
      this.#published.delete(name);
    }
  }
}

// A length in front, so that no other pair of sender and id makes the same name.
function nameOf(sender: string, id: string): string {
  return `${sender.length}:${sender}${id}`;
}
