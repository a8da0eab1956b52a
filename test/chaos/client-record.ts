/** Somebody's words at a place of a room, as a client had them. */
export interface Delivered {
  readonly epoch: string;
  readonly seq: number;
  readonly id: string;
}

/** What a client did and had, for the verdict. */
export interface ClientRecord {
  readonly room: string;
  /** Where each publication stands that was acknowledged to it, by its id. */
  readonly acked: ReadonlyMap<string, Delivered>;
  readonly pending: ReadonlyMap<string, string>;
  /** What it was given, once and in the order in which it came, and the place at which it joined. */
  readonly delivered: readonly Delivered[];
  readonly joinedAt: number | undefined;
  /** How often it was told that it has lost its place, and why. */
  readonly resets: readonly string[];
  readonly connections: number;
  /** What should never happen. */
  readonly faults: readonly string[];
}
