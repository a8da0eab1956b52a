import { overlayLimits, refuseUnknown } from '../protocol/index.ts';

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
): Readonly<Record<keyof Limits, number>> {
  refuseUnknown(owner, overrides, Object.keys(defaults));
  return Object.freeze(overlayLimits(defaults, overrides, `${owner}.`));
}
