/** How far rooms may grow; each figure is inclusive. */
export interface RoomLimits {
  /** Rooms that may exist at one time. */
  readonly rooms: number;
  /** Members that one room takes. */
  readonly membersPerRoom: number;
  /** Rooms that one member may be in at one time. */
  readonly roomsPerMember: number;
}

/** The limits of a {@link RoomHub} that was told nothing else. */
export const ROOM_LIMITS: RoomLimits = Object.freeze({ rooms: 10_000, membersPerRoom: 10_000, roomsPerMember: 20 });

/**
 * Gives `defaults` with `overrides` laid over them, as a new frozen table.
 *
 * Every value is a whole number of at least 1; `Infinity` is the only way to say "no limit".
 * Throws a TypeError for a name that `defaults` lacks and a RangeError for any other value; `owner` names the taker in both.
 */
export function resolveLimits<Limits extends { readonly [Name in keyof Limits]: number }>(
  owner: string,
  defaults: Limits,
  overrides: Partial<Limits> = {},
): Limits {
  refuseUnknown(owner, Object.keys(defaults), overrides);
  const resolved: Limits = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof Limits)[]) {
    const value = overrides[name];
    if (value === undefined) continue;
    if (value !== Infinity && !(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`${owner}: ${String(name)} must be a whole number of at least 1, or Infinity`);
    }
    resolved[name] = value;
  }
  return Object.freeze(resolved);
}

/** Throws a TypeError that names the first key of `given` which is not among `known`; `owner` is whose options they are. */
export function refuseUnknown(owner: string, known: readonly string[], given: object = {}): void {
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new TypeError(`${owner} knows no option "${stranger}"; it takes ${known.join(', ')}`);
  }
}
