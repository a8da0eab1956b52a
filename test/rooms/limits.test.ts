import { describe, expect, test } from 'vitest';
import { ROOM_LIMITS, resolveLimits } from '../../src/rooms/index.ts';

describe('limits of rooms', () => {
  test('are frozen, as given and as resolved', () => {
    expect(Object.isFrozen(ROOM_LIMITS)).toBe(true);
    expect(Object.isFrozen(resolveLimits('RoomHub', ROOM_LIMITS))).toBe(true);
  });

  test('take the values that are given and keep the others', () => {
    expect(resolveLimits('RoomHub', ROOM_LIMITS, { rooms: 3, roomsPerMember: Infinity })).toEqual({
      ...ROOM_LIMITS,
      rooms: 3,
      roomsPerMember: Infinity,
    });
  });

  test('refuse a name that they do not know, and say it', () => {
    expect(() => resolveLimits('RoomHub', ROOM_LIMITS, { romms: 3 } as object)).toThrow(
      new TypeError('RoomHub has no option "romms"; it has membersPerRoom, rooms, roomsPerMember'),
    );
    expect(() => resolveLimits('RoomHub', ROOM_LIMITS, { toString: 3 } as object)).toThrow(TypeError);
  });

  test.each([0, -1, 1.5, Number.NaN, -Infinity, '7'])('refuse the value %o', (rooms) => {
    expect(() => resolveLimits('RoomHub', ROOM_LIMITS, { rooms: rooms as number })).toThrow(RangeError);
  });
});
