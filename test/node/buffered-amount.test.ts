import { describe, expect, it } from 'vitest';
import { BufferedAmount } from '../../src/node/buffered-amount.ts';

describe('the count behind bufferedAmount (WHATWG WebSockets §3.1)', () => {
  it('has every message whole until its first byte goes, and none of it when its last has gone', () => {
    const amount = new BufferedAmount();
    amount.queue(100, 106, 106);
    amount.queue(50, 56, 162);
    expect(amount.read(162)).toBe(150);
    expect(amount.read(109)).toBe(100);
    expect(amount.read(56)).toBe(50);
    expect(amount.read(28)).toBe(25);
    expect(amount.read(0)).toBe(0);
  });

  it('is in bytes of messages, however well they were compressed', () => {
    const amount = new BufferedAmount();
    amount.queue(100_000, 120, 120);
    amount.queue(7, 20, 140);
    expect(amount.read(140)).toBe(100_007);
    expect(amount.read(80)).toBe(50_007);
    expect(amount.read(20)).toBe(7);
  });

  it('has no pings and pongs in it', () => {
    const amount = new BufferedAmount();
    expect(amount.read(500)).toBe(0);
    amount.queue(10, 16, 516);
    expect(amount.read(516)).toBe(10);
    expect(amount.read(0)).toBe(0);
  });

  it('stays right over many messages that nobody asks about', () => {
    const amount = new BufferedAmount();
    for (let i = 0; i < 10_000; i++) amount.queue(4, 10, 30);
    expect(amount.read(30)).toBe(12);
    for (let i = 0; i < 10_000; i++) amount.queue(4, 10, 10 * (i + 4));
    expect(amount.read(10 * 10_003)).toBe(4 * 10_003);
    expect(amount.read(0)).toBe(0);
  });

  it('keeps what was refused, and what still waited at the end', () => {
    const amount = new BufferedAmount();
    amount.hold(1000);
    amount.hold(2);
    amount.release(1000);
    amount.queue(1000, 1008, 1008);
    amount.refuse(30);
    expect(amount.read(1008)).toBe(1032);
    amount.end(504);
    expect(amount.read(0)).toBe(532);
    amount.refuse(1);
    expect(amount.read(0)).toBe(533);
  });
});
