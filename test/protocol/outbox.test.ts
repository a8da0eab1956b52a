import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { Slab } from '../../src/protocol/index.ts';
import { COPY_UP_TO, Outbox } from '../../src/protocol/outbox.ts';
import { seen } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, decodeChunks, type FrameSeen, toHex } from '../support/wire.ts';

const BINARY = 0x80 | Opcode.BINARY;
const TEXT = 0x80 | Opcode.TEXT;
const SLAB_BYTES = 64 * 1024;

function bytes(length: number, value: number = 1): Uint8Array {
  return new Uint8Array(length).fill(value);
}

/** A slab that notes what it allocates, filled with rubbish as recycled memory would be. */
function countingSlab(): { slab: Slab; sizes: number[] } {
  const sizes: number[] = [];
  const slab = new Slab((size) => {
    sizes.push(size);
    return bytes(size, 0xee);
  });
  return { slab, sizes };
}

function framesOf(chunks: readonly Uint8Array[]): FrameSeen[] {
  const { frames, rest } = decodeChunks('client', chunks);
  expect(rest).toBe('');
  return frames;
}

function total(chunks: readonly Uint8Array[]): number {
  return concat(...chunks).length;
}

describe('an outbox', () => {
  it('gives small frames as one chunk of shared memory', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    outbox.frame(BINARY, bytes(3));
    outbox.text(TEXT, 'ä', 2, webText);
    outbox.encoded(Uint8Array.of(0x82, 0x00));
    expect(outbox.bytes).toBe(5 + 4 + 2);
    const chunks = outbox.take();
    expect(chunks.map(toHex)).toEqual(['8203010101' + '8102c3a4' + '8200']);
    expect(sizes).toEqual([SLAB_BYTES]);
    expect(outbox.bytes).toBe(0);
    expect(outbox.take()).toEqual([]);
  });

  it('lets several outboxes fill one slab, none of them over the bytes of another', () => {
    const { slab, sizes } = countingSlab();
    const boxes = [1, 2, 3].map(() => new Outbox(slab, undefined));
    for (let round = 0; round < 3; round++) {
      boxes.forEach((box, i) => {
        box.frame(BINARY, bytes(4, i * 16 + round));
      });
    }
    boxes.forEach((box, i) => {
      const payloads = framesOf(box.take()).map(({ payload }) => payload);
      expect(payloads).toEqual([0, 1, 2].map((round) => toHex(bytes(4, i * 16 + round))));
    });
    expect(sizes).toEqual([SLAB_BYTES]);
  });

  it('does not go on in a slab that others have left, even at the same offset', () => {
    const { slab, sizes } = countingSlab();
    const [one, other] = [new Outbox(slab, undefined), new Outbox(slab, undefined)];
    one.frame(BINARY, bytes(98, 1));
    for (let i = 0; i < 4; i++) other.frame(BINARY, bytes(16_000, 2));
    other.frame(BINARY, bytes(1350, 3));
    expect(sizes).toHaveLength(1);
    other.frame(BINARY, bytes(98, 4));
    expect(sizes).toHaveLength(2);
    expect(slab.used).toBe(100);
    one.frame(BINARY, bytes(98, 5));
    const starts = (box: Outbox): string[] => framesOf(box.take()).map(({ payload }) => payload.slice(0, 2));
    expect(starts(one)).toEqual(['01', '05']);
    expect(starts(other)).toEqual(['02', '02', '02', '02', '03', '04']);
  });

  it('goes on where it was after a take', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    outbox.frame(BINARY, bytes(4, 1));
    const first = outbox.take();
    outbox.frame(BINARY, bytes(4, 2));
    outbox.frame(BINARY, bytes(4, 3));
    expect(framesOf(first)).toEqual([seen(2, '01010101')]);
    expect(framesOf(outbox.take())).toEqual([seen(2, '02020202'), seen(2, '03030303')]);
    expect(sizes).toHaveLength(1);
  });

  it('takes another slab when one is full, without a frame lost or cut wrongly', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    const payloads = Array.from({ length: 20 }, (_, i) => bytes(10_000, i));
    for (const payload of payloads) outbox.frame(BINARY, payload);
    const chunks = outbox.take();
    expect(framesOf(chunks).map(({ payload }) => payload)).toEqual(payloads.map(toHex));
    expect(sizes).toEqual([SLAB_BYTES, SLAB_BYTES, SLAB_BYTES, SLAB_BYTES]);
    expect(chunks).toHaveLength(4);
  });

  it('fills a slab to its last byte', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    for (let i = 0; i < 4; i++) outbox.frame(BINARY, bytes(SLAB_BYTES / 4 - 4));
    expect(sizes).toHaveLength(1);
    outbox.frame(BINARY, bytes(0));
    expect(sizes).toHaveLength(2);
    expect(framesOf(outbox.take())).toHaveLength(5);
  });

  it('copies 16 KiB and references one byte more', () => {
    const outbox = new Outbox(new Slab(), undefined);
    outbox.frame(BINARY, bytes(COPY_UP_TO));
    expect(outbox.take()).toHaveLength(1);
    const long = bytes(COPY_UP_TO + 1);
    outbox.frame(BINARY, long);
    const chunks = outbox.take();
    expect(chunks).toHaveLength(2);
    expect(chunks[1]).toBe(long);
  });

  it('references ready frames, and copies those up to 16 KiB behind frames of its own', () => {
    const outbox = new Outbox(new Slab(), undefined);
    const short = bytes(COPY_UP_TO);
    const long = bytes(COPY_UP_TO + 1);
    outbox.encoded(short);
    outbox.encoded(long);
    const ready = outbox.take();
    expect(ready).toHaveLength(2);
    expect(ready[0]).toBe(short);
    expect(ready[1]).toBe(long);
    outbox.frame(BINARY, bytes(1, 9));
    outbox.encoded(short);
    outbox.encoded(long);
    const chunks = outbox.take();
    expect(chunks.map(({ length }) => length)).toEqual([3 + COPY_UP_TO, COPY_UP_TO + 1]);
    expect(chunks[1]).toBe(long);
  });

  it('puts the same ready frames together once for all that send them', () => {
    const ready = [1, 2, 3].map((value) => Uint8Array.of(0x82, 1, value));
    const boxes = [1, 2, 3].map(() => new Outbox(new Slab(), undefined));
    for (const frame of ready) for (const box of boxes) box.encoded(frame);
    const [first, ...others] = boxes.map((box) => box.take());
    expect(first?.map(toHex)).toEqual(['820101820102820103']);
    for (const chunks of others) expect(chunks[0]).toBe(first?.[0]);
    expect(boxes.map((box) => box.bytes)).toEqual([0, 0, 0]);
  });

  it('keeps the order of ready frames and frames of its own, in one chunk', () => {
    const [one, other] = [new Outbox(new Slab(), undefined), new Outbox(new Slab(), undefined)];
    const ready = [1, 2].map((value) => Uint8Array.of(0x82, 1, value));
    for (const box of [one, other]) box.encoded(ready[0]!);
    other.frame(BINARY, bytes(1, 7));
    for (const box of [one, other]) box.encoded(ready[1]!);
    expect([one.bytes, other.bytes]).toEqual([6, 9]);
    expect(one.take().map(toHex)).toEqual(['820101820102']);
    expect(other.take().map(toHex)).toEqual(['820101820107820102']);
  });

  it('begins another chunk where ready frames come to more than 16 KiB', () => {
    const outbox = new Outbox(new Slab(), undefined);
    const ready = [1, 2, 3].map((value) => bytes(6_000, value));
    for (const frame of ready) outbox.encoded(frame);
    expect(outbox.take().map(({ length }) => length)).toEqual([12_000, 6_000]);
    for (const length of [10_000, COPY_UP_TO - 10_000, 2]) outbox.encoded(bytes(length));
    expect(outbox.take().map(({ length }) => length)).toEqual([COPY_UP_TO, 2]);
  });

  it('fills the same memory again once the transport has copied all of it', () => {
    const { slab, sizes } = countingSlab();
    const [one, other] = [new Outbox(slab, undefined), new Outbox(slab, undefined)];
    one.frame(BINARY, bytes(10_000, 1));
    other.frame(BINARY, bytes(10_000, 2));
    const chunks = one.take();
    one.copied(chunks);
    one.frame(BINARY, bytes(10_000, 3));
    expect(slab.used).toBe(3 * 10_004);
    const later = other.take();
    expect(toHex(later[0]!.subarray(0, 6))).toBe('827e27100202');
    other.copied(later);
    one.copied(one.take());
    expect(slab.used).toBe(0);
    for (let round = 0; round < 20; round++) {
      one.frame(BINARY, bytes(10_000, round));
      one.copied(one.take());
    }
    expect(sizes).toEqual([SLAB_BYTES]);
  });

  it('counts nothing as copied that lies elsewhere', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    outbox.copied([bytes(5)]);
    outbox.frame(BINARY, bytes(10_000, 1));
    const before = outbox.take();
    outbox.encoded(Uint8Array.of(0x82, 0));
    outbox.copied(outbox.take());
    expect(slab.used).toBe(10_004);
    for (let round = 0; round < 6; round++) outbox.frame(BINARY, bytes(10_000, 2));
    outbox.copied(before);
    expect(slab.used).toBe(10_004);
    expect(sizes).toEqual([SLAB_BYTES, SLAB_BYTES]);
  });

  it('knows its own memory beside other pieces of the same buffer', () => {
    const arena = new ArrayBuffer(1024 * 1024);
    let used = 0;
    const slab = new Slab((size) => {
      used += size;
      return new Uint8Array(arena, used - size, size);
    });
    const [one, other] = [new Outbox(slab, undefined), new Outbox(slab, undefined)];
    other.blocked = true;
    // Of what it owns some lies in front of the slab, some behind it.
    other.frame(BINARY, bytes(10_000, 1));
    one.frame(BINARY, bytes(10_000, 2));
    other.copied(other.take());
    expect(slab.used).toBe(10_004);
    other.text(TEXT, 'x'.repeat(20_000), 20_000, webText);
    other.copied(other.take());
    expect(slab.used).toBe(10_004);
    one.copied(one.take());
    expect(slab.used).toBe(0);
  });

  it('keeps the order where connections have other ready frames, and counts their bytes', () => {
    const ready = [1, 2, 3].map((value) => Uint8Array.of(0x82, 1, value));
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 1, 0],
      [0, 1, 2],
    ];
    const boxes = orders.map((order) => ({ order, outbox: new Outbox(new Slab(), undefined) }));
    for (let i = 0; i < 3; i++) for (const { order, outbox } of boxes) outbox.encoded(ready[order[i]!]!);
    for (const { order, outbox } of boxes) {
      expect(outbox.bytes).toBe(9);
      expect(outbox.take().map(toHex)).toEqual([order.map((which) => `82010${which + 1}`).join('')]);
    }
  });

  it('copies ready frames while its transport is blocked, so that one run is not kept for each that stalls', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    const ready = Uint8Array.of(0x82, 1, 7);
    outbox.encoded(ready);
    outbox.blocked = true;
    outbox.encoded(ready);
    outbox.encoded(ready);
    expect(sizes).toEqual([1024]);
    expect(outbox.take().map(toHex)).toEqual(['820107', '820107820107']);
  });

  it('gives nothing in an array that others have, too, but cannot change', () => {
    const [one, other] = [new Outbox(new Slab(), undefined), new Outbox(new Slab(), undefined)];
    const nothing = one.take() as Uint8Array[];
    expect(() => nothing.push(bytes(1))).toThrow(TypeError);
    expect(other.take()).toEqual([]);
  });

  it('keeps the order of copied, referenced and long text frames', () => {
    const outbox = new Outbox(new Slab(), undefined);
    outbox.frame(BINARY, bytes(1, 1));
    outbox.frame(BINARY, bytes(20_000, 2));
    outbox.text(TEXT, 'c'.repeat(20_000), 20_000, webText);
    outbox.frame(BINARY, bytes(1, 4));
    expect(outbox.bytes).toBe(3 + 20_004 + 20_004 + 3);
    expect(framesOf(outbox.take()).map(({ payload }) => payload.slice(0, 2))).toEqual(['01', '02', '63', '04']);
  });

  it('writes text right up to the size at which it takes memory of its own', () => {
    for (const length of [COPY_UP_TO - 5, COPY_UP_TO - 4, COPY_UP_TO - 3]) {
      const outbox = new Outbox(new Slab(), undefined);
      outbox.text(TEXT, 'x'.repeat(length), length, webText);
      outbox.frame(BINARY, bytes(1));
      expect(framesOf(outbox.take()).map(({ payload }) => payload.length)).toEqual([2 * length, 2]);
    }
  });

  it('masks a copy of what it references', () => {
    const outbox = new Outbox(new Slab(), () => 0x01020304);
    const long = bytes(20_000, 0);
    outbox.frame(BINARY, long);
    const masked = concat(...outbox.take());
    expect(toHex(masked.subarray(0, 12))).toBe('82fe4e200102030401020304');
    expect(long.every((byte) => byte === 0)).toBe(true);
    const { frames } = decodeChunks('server', [masked]);
    expect(frames).toEqual([seen(2, '00'.repeat(20_000))]);
  });
});

describe('an outbox whose transport is blocked', () => {
  it('puts frames into memory of its own, which grows', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    outbox.blocked = true;
    for (let i = 0; i < 300; i++) outbox.frame(BINARY, bytes(98, i));
    expect(sizes).toEqual([1024, 2048, 4096, 8192, 16_384]);
    outbox.frame(BINARY, bytes(16_000));
    expect(sizes.at(-1)).toBe(32_768);
    for (let i = 0; i < 4; i++) outbox.frame(BINARY, bytes(16_000));
    for (let i = 0; i < 8; i++) outbox.frame(BINARY, bytes(16_000));
    expect(Math.max(...sizes)).toBe(SLAB_BYTES);
    const frames = framesOf(outbox.take());
    expect(frames).toHaveLength(313);
    expect(frames.slice(0, 300).map(({ payload }) => payload)).toEqual(
      Array.from({ length: 300 }, (_, i) => toHex(bytes(98, i))),
    );
  });

  it('takes as much as a first frame needs', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    outbox.blocked = true;
    outbox.frame(BINARY, bytes(5000));
    expect(sizes).toEqual([5004]);
  });

  it('fills its memory to the last byte', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    outbox.blocked = true;
    for (let i = 0; i < 2; i++) outbox.frame(BINARY, bytes(508));
    expect(sizes).toEqual([1024]);
    outbox.frame(BINARY, bytes(0));
    expect(sizes).toEqual([1024, 2048]);
  });

  it('starts small again after a take', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    outbox.blocked = true;
    for (let i = 0; i < 30; i++) outbox.frame(BINARY, bytes(98));
    outbox.take();
    outbox.frame(BINARY, bytes(98));
    expect(sizes).toEqual([1024, 2048, 1024]);
  });

  it('changes between own and shared memory without losing or moving a frame', () => {
    const { slab, sizes } = countingSlab();
    const outbox = new Outbox(slab, undefined);
    [false, true, true, false, false, true].forEach((blocked, i) => {
      outbox.blocked = blocked;
      outbox.frame(BINARY, bytes(2, i));
    });
    expect(sizes).toEqual([SLAB_BYTES, 1024, 1024]);
    const chunks = outbox.take();
    expect(chunks).toHaveLength(4);
    expect(framesOf(chunks).map(({ payload }) => payload)).toEqual(['0000', '0101', '0202', '0303', '0404', '0505']);
  });
});

describe('taking an outbox in parts', () => {
  function filled(): Outbox {
    const outbox = new Outbox(new Slab(), undefined);
    for (let i = 0; i < 4; i++) outbox.frame(BINARY, bytes(20_000, i));
    outbox.frame(BINARY, bytes(96));
    return outbox;
  }

  it('gives whole chunks until there are enough, and the rest later', () => {
    const outbox = filled();
    const all = outbox.bytes;
    const parts: Uint8Array[] = [];
    const first = outbox.take(20_005);
    expect(total(first)).toBeGreaterThanOrEqual(20_005);
    expect(total(first)).toBeLessThan(all);
    expect(outbox.bytes).toBe(all - total(first));
    parts.push(...first);
    while (outbox.bytes > 0) parts.push(...outbox.take(1));
    expect(framesOf(parts)).toHaveLength(5);
  });

  it('gives everything when it holds no more than that', () => {
    const outbox = filled();
    expect(total(outbox.take(outbox.bytes))).toBe(4 * 20_004 + 98);
    expect(outbox.bytes).toBe(0);
  });

  it('gives its last chunk whole when one byte less is enough', () => {
    const outbox = new Outbox(new Slab(), undefined);
    outbox.frame(BINARY, bytes(20_000));
    expect(total(outbox.take(20_003))).toBe(20_004);
    expect(outbox.bytes).toBe(0);
    expect(outbox.take(1)).toEqual([]);
  });

  it('gives nothing when nothing is asked for', () => {
    const outbox = filled();
    expect(outbox.take(0)).toEqual([]);
    expect(framesOf(outbox.take())).toHaveLength(5);
  });

  it('lets more be added each time before it is emptied, and only then', () => {
    let told = 0;
    class Told extends Outbox {
      protected override emptying(): void {
        if (told++ < 2) this.frame(BINARY, bytes(1));
      }
    }
    const outbox = new Told(new Slab(), undefined);
    outbox.frame(BINARY, bytes(20_000));
    outbox.take(4);
    expect(told).toBe(0);
    expect(framesOf(outbox.take().slice(-1))).toEqual([seen(2, '01')]);
    expect(framesOf(outbox.take())).toEqual([seen(2, '01')]);
    expect(outbox.take()).toEqual([]);
    expect(told).toBe(3);
    outbox.frame(BINARY, bytes(20_000));
    outbox.take(20_003);
    expect(told).toBe(4);
  });
});
