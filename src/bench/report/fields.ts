/** Text that is no report of a bench, or one of a later form. */
export class ReportFormatError extends Error {
  override readonly name: string = 'ReportFormatError';
}

/** The fields of one JSON object, read with the types that they must have. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #place: string;

  /**
   * @param place what the object is, for messages: `line 3`
   * @throws ReportFormatError for what is no object
   */
  constructor(value: unknown, place: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ReportFormatError(`${place} is no object`);
    this.#values = value as Record<string, unknown>;
    this.#place = place;
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined;
  }

  /** Every name with its value as it stands there. */
  entries(): [string, unknown][] {
    return Object.entries(this.#values);
  }

  text(key: string): string {
    const value = this.#values[key];
    return typeof value === 'string' ? value : this.#reject(key, 'a text');
  }

  choice<const Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    const value = this.#values[key];
    return choices.find((choice) => choice === value) ?? this.#reject(key, `one of ${choices.join(', ')}`);
  }

  boolean(key: string): boolean {
    const value = this.#values[key];
    return typeof value === 'boolean' ? value : this.#reject(key, 'true or false');
  }

  /** `null` stands for NaN, which JSON does not know. */
  number(key: string): number {
    const value = this.#values[key];
    if (value === null) return Number.NaN;
    return typeof value === 'number' ? value : this.#reject(key, 'a number or null');
  }

  numbers(key: string): number[] {
    return this.#list(key).map((value) => {
      if (value === null) return Number.NaN;
      return typeof value === 'number' ? value : this.#reject(key, 'a list of numbers');
    });
  }

  texts(key: string): string[] {
    return this.#list(key).map((value) => (typeof value === 'string' ? value : this.#reject(key, 'a list of texts')));
  }

  object(key: string): Fields {
    return new Fields(this.#values[key], `${this.#place}: ${key}`);
  }

  objects(key: string): Fields[] {
    return this.#list(key).map((value, i) => new Fields(value, `${this.#place}: ${key}[${i}]`));
  }

  pairs(key: string): [number, number][] {
    return this.#list(key).map((value) => {
      const [first, second, ...others] = Array.isArray(value) ? (value as unknown[]) : [];
      if (typeof first !== 'number' || typeof second !== 'number' || others.length > 0)
        return this.#reject(key, 'a list of pairs of numbers');
      return [first, second];
    });
  }

  #list(key: string): unknown[] {
    const value = this.#values[key];
    return Array.isArray(value) ? value : this.#reject(key, 'a list');
  }

  #reject(key: string, expected: string): never {
    throw new ReportFormatError(`${this.#place}: ${key} is not ${expected}`);
  }
}
