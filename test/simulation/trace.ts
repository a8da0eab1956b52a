/** What happened in a simulation, as a hash, and as lines when they are wanted. */
export class Trace {
  readonly lines: string[] | undefined;
  #hash = 0x811c9dc5;

  constructor(keepLines: boolean) {
    this.lines = keepLines ? [] : undefined;
  }

  /** The same for the same things in the same order. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  note(now: number, who: string, what: string, value: number): void {
    this.#mix(Math.round(now * 1000));
    for (let i = 0; i < who.length; i++) this.#mix(who.charCodeAt(i));
    for (let i = 0; i < what.length; i++) this.#mix(what.charCodeAt(i));
    this.#mix(value);
    this.lines?.push(`${now.toFixed(3).padStart(12)} ms  ${who.padEnd(6)} ${what} ${value}`);
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ (value | 0), 0x01000193) ^ (this.#hash >>> 15);
  }
}
