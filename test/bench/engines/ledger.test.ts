import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeliveryLedger } from '../../../src/bench/engines/ledger.ts';

/** What the ledger says at the end: every delivery that is missing, one by one. */
function lostOf(ledger: DeliveryLedger, receiver: number, sender: number, published: number): number[] {
  const lost: number[] = [];
  ledger.eachLost(receiver, sender, published, (from, to) => {
    for (let seq = from; seq < to; seq++) lost.push(seq);
  });
  return lost;
}

describe('the ledger of deliveries', () => {
  it('finds nothing wrong with deliveries in order', () => {
    const ledger = new DeliveryLedger(1, 1);
    for (let seq = 0; seq < 100; seq++) expect(ledger.take(0, 0, seq)).toBe('new');
    expect(lostOf(ledger, 0, 0, 100)).toEqual([]);
  });

  it('tells a gap that is never filled, one that is filled late, and what comes twice', () => {
    const ledger = new DeliveryLedger(1, 1);
    expect([0, 3, 1, 1, 3, 4].map((seq) => ledger.take(0, 0, seq))).toEqual([
      ...['new', 'new', 'reordered', 'duplicated', 'duplicated', 'new'],
    ]);
    expect(ledger.missing(0, 0)).toBe(1);
    expect(lostOf(ledger, 0, 0, 6)).toEqual([2, 5]);
  });

  it('knows what a receiver has', () => {
    const ledger = new DeliveryLedger(2, 2);
    ledger.take(1, 0, 2);
    expect([0, 1, 2, 3].map((seq) => ledger.has(1, 0, seq))).toEqual([false, false, true, false]);
    expect(ledger.has(1, 1, 0)).toBe(false);
    expect(ledger.has(0, 0, 2)).toBe(false);
  });

  it('expects nothing again of what was settled, and takes it for doubled when it comes after all', () => {
    const ledger = new DeliveryLedger(1, 1);
    ledger.take(0, 0, 1);
    ledger.settle(0, 0, 5);
    expect(lostOf(ledger, 0, 0, 5)).toEqual([]);
    expect(ledger.take(0, 0, 0)).toBe('duplicated');
    expect(ledger.take(0, 0, 5)).toBe('new');
  });

  it('refuses a receiver that it was not made for', () => {
    expect(() => new DeliveryLedger(1, 1).take(1, 0, 0)).toThrow(RangeError);
  });

  it('agrees with a list of everything that came, whatever comes from whom in whatever order', () => {
    const delivery = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(30));
    fc.assert(
      fc.property(fc.array(delivery, { maxLength: 200 }), fc.nat(40), (deliveries, published) => {
        const ledger = new DeliveryLedger(3, 3);
        const seen = new Map<string, Set<number>>();
        for (const [receiver, sender, seq] of deliveries) {
          const key = `${receiver} ${sender}`;
          const had = seen.get(key) ?? new Set();
          seen.set(key, had);
          const highest = Math.max(-1, ...had);
          const expected = had.has(seq) ? 'duplicated' : seq > highest ? 'new' : 'reordered';
          expect(ledger.take(receiver, sender, seq)).toBe(expected);
          had.add(seq);
        }
        for (let receiver = 0; receiver < 3; receiver++) {
          for (let sender = 0; sender < 3; sender++) {
            const had = seen.get(`${receiver} ${sender}`) ?? new Set();
            const all = Array.from({ length: published }, (_, seq) => seq);
            expect(lostOf(ledger, receiver, sender, published)).toEqual(all.filter((seq) => !had.has(seq)));
            const below = Array.from({ length: Math.max(-1, ...had) + 1 }, (_, seq) => seq);
            expect(ledger.missing(receiver, sender)).toBe(below.filter((seq) => !had.has(seq)).length);
            for (const seq of all) expect(ledger.has(receiver, sender, seq)).toBe(had.has(seq));
          }
        }
      }),
    );
  });

  it('counts each loss, doubling and swap that a lossy, stuttering, shuffling server commits, and no other', () => {
    const fate = fc.constantFrom('kept', 'dropped', 'doubled', 'swapped');
    fc.assert(
      fc.property(fc.array(fate, { maxLength: 100 }), (fates) => {
        const ledger = new DeliveryLedger(1, 1);
        const sent: number[] = [];
        let [swapped, doubled] = [0, 0];
        for (let seq = 0; seq < fates.length; seq++) {
          if (fates[seq] === 'dropped') continue;
          if (fates[seq] === 'swapped' && seq + 1 < fates.length) {
            sent.push(seq + 1, seq);
            swapped++;
            seq++;
            continue;
          }
          sent.push(seq);
          if (fates[seq] === 'doubled') {
            sent.push(seq);
            doubled++;
          }
        }
        const kinds = sent.map((seq) => ledger.take(0, 0, seq));
        expect(kinds.filter((kind) => kind === 'duplicated')).toHaveLength(doubled);
        expect(kinds.filter((kind) => kind === 'reordered')).toHaveLength(swapped);
        expect(lostOf(ledger, 0, 0, fates.length)).toHaveLength(fates.length - (sent.length - doubled));
      }),
    );
  });
});
