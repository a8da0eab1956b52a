import { expect, test } from 'vitest';
import { Dice } from '../support/dice.ts';
import { enter, Guest, stageNodes } from './node-stage.ts';

/** Keeps whom the room says something to, with the rooms in which it is at that moment. */
class Spy extends Guest {
  readonly inside = new Set<string>();
  readonly leaks: string[] = [];
  heard = 0;

  override send(event: Parameters<Guest['send']>[0]): 'ok' {
    this.heard++;
    if (!this.inside.has(event.room)) this.leaks.push(`${event.kind} of ${event.room}`);
    // A redaction carries the seq that it takes back, not the words of a room.
    const words = event.kind === 'entry' && event.entry.kind === 'message' ? event.entry.payload : `${event.room}:`;
    if (!words.startsWith(`${event.room}:`)) this.leaks.push(`${words} in ${event.room}`);
    return 'ok';
  }
}

test('nobody receives anything of a room that it is not in, over 10,000 random operations on three nodes', () => {
  const { start, pass } = stageNodes();
  const dice = new Dice(41);
  const nodes = [start(), start(), start()];
  const rooms = ['a', 'b', 'c', 'd'];
  const spies = Array.from({ length: 12 }, (_, index) => ({ spy: new Spy(`u${index}`), node: dice.pick(nodes) }));
  for (let count = 0; count < 10_000; count++) {
    const { spy, node } = dice.pick(spies);
    const room = dice.pick(rooms);
    const doing = dice.pick(['join', 'leave', 'say', 'say', 'whisper', 'redact', 'moderate', 'mail', 'pass'] as const);
    if (doing === 'join' && !spy.inside.has(room)) {
      spy.inside.add(room);
      const since = dice.chance(0.5) ? { epoch: node.position(room)?.epoch ?? 'e1', seq: dice.below(50) } : undefined;
      enter(node, room, spy, { owner: 'u0', since });
    }
    if (doing === 'leave') {
      spy.inside.delete(room);
      node.leave(room, spy, dice.pick([0, 50]));
    }
    if (doing === 'say') node.say(room, { user: spy.user, payload: `${room}:${count}` });
    if (doing === 'whisper') node.whisper(room, spy.user, 'typing');
    if (doing === 'redact') node.redact(room, { user: spy.user }, dice.below(40));
    if (doing === 'moderate')
      node.moderate(room, { user: 'u0', payload: `${room}:rule` }, { action: 'slow', everyMs: 0 }, 'owner');
    if (doing === 'mail') node.post(`@${spy.user}`, { user: spy.user, payload: 'letter' });
    if (doing === 'pass') pass(dice.below(200));
  }
  for (const { spy } of spies) {
    expect(spy.leaks).toEqual([]);
    expect(spy.heard).toBeGreaterThan(1000);
  }
});
