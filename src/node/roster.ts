/**
 * Objects in no order, as a `Set` of them: each knows its place in one array. A `Set` that members come to and leave makes a new
 * table of itself again and again, and the old ones keep who was in them alive until the next full garbage collection.
 */
export class Roster<T extends object> implements Iterable<T> {
  readonly #members: (T | undefined)[] = [];
  readonly #key: symbol;
  #size = 0;

  /** @param key under which a member keeps its place; who is in several rosters at a time needs one for each */
  constructor(key: symbol) {
    this.#key = key;
  }

  get size(): number {
    return this.#size;
  }

  has(member: T): boolean {
    return this.#members[this.#placeOf(member)] === member;
  }

  add(member: T): this {
    if (this.has(member)) return this;
    this.#put(member, this.#size++);
    return this;
  }

  delete(member: T): boolean {
    if (!this.has(member)) return false;
    const place = this.#placeOf(member);
    const last = this.#members[--this.#size];
    if (last !== undefined && last !== member) this.#put(last, place);
    // The array keeps its length, and so its memory: to give that back and take it again is what a Set does.
    this.#members[this.#size] = undefined;
    (member as Record<symbol, number>)[this.#key] = -1;
    return true;
  }

  /** Those who are members now, without any who leave meanwhile. */
  *[Symbol.iterator](): Generator<T, undefined, undefined> {
    for (const member of this.#members.slice(0, this.#size)) if (member !== undefined && this.has(member)) yield member;
    return undefined;
  }

  #placeOf(member: T): number {
    return (member as Record<symbol, number>)[this.#key] ?? -1;
  }

  #put(member: T, place: number): void {
    this.#members[place] = member;
    (member as Record<symbol, number>)[this.#key] = place;
  }
}
