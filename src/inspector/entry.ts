import type { FrameHeader } from '../codec/index.ts';
import type { SpanViolation } from '../inspect/index.ts';

/** Who sent something. */
export type End = 'client' | 'server';

/** What was known of a direction before a frame began: with it one frame can be explained alone. */
export interface FrameContext {
  /** The opcode of the message under way; 0 when there was none. */
  readonly opcode: number;
  /** That message is compressed. */
  readonly compressed: boolean;
  /** The bytes of a character that the frame before has begun and not finished. */
  readonly tail: Uint8Array;
}

/** A message put together again, with its last frame. */
export interface JoinedMessage {
  readonly opcode: number;
  readonly frames: number;
  /** Of all its frames, as they went over the wire, unmasked. */
  readonly bytes: number;
  /** Its first bytes, plain; none when it could not be inflated. */
  readonly start: Uint8Array;
  /** Undefined for one that was not compressed. */
  readonly deflate: InflatedMessage | undefined;
}

/** What became of a compressed message. */
export interface InflatedMessage {
  /** Its first compressed bytes. */
  readonly before: Uint8Array;
  /** How long it is plain; undefined when it was not inflated. */
  readonly plainBytes: number | undefined;
  /** Why it was not; may be empty. */
  readonly note: string;
}

/** A frame as one direction of a connection gave it. */
export interface LaneFrame {
  /** Where it starts in what this end sent, in bytes, the head included. */
  readonly offset: number;
  /** What it takes on the wire, as far as it came. */
  readonly size: number;
  readonly header: FrameHeader;
  /** Its first bytes as they were on the wire. */
  readonly wire: Uint8Array;
  /** All its bytes came. */
  readonly whole: boolean;
  /** Which fragment of its message it is, from 1; 0 for control frames and those of no message. */
  readonly fragment: number;
  readonly context: FrameContext;
  /** The first rule that it breaks. */
  readonly violation: SpanViolation | undefined;
  /** What else there is to say; may be empty. */
  readonly note: string;
  /** With the last frame of a message that was fragmented or compressed. */
  readonly message: JoinedMessage | undefined;
}

interface EntryOrigin {
  /** Counts the entries from 1. */
  readonly id: number;
  /** Counts the connections from 1. */
  readonly connection: number;
  /** Since the inspector began, in milliseconds. */
  readonly atMs: number;
}

/** A connection began. */
export interface OpenEntry extends EntryOrigin {
  readonly kind: 'open';
  /** The address and port of the client. */
  readonly client: string;
}

/** A request or a response. */
export interface HeadEntry extends EntryOrigin {
  readonly kind: 'head';
  readonly from: End;
  readonly wire: Uint8Array;
  /** Its first line. */
  readonly title: string;
  /** What the request said, for its response: the key. */
  readonly key: string;
  /** What the inspector changed in it before passing it on. */
  readonly changes: readonly string[];
  readonly violation: SpanViolation | undefined;
}

/** A frame. */
export interface FrameEntry extends EntryOrigin, LaneFrame {
  readonly kind: 'frame';
  readonly from: End;
  /** permessage-deflate was agreed on. */
  readonly deflate: boolean;
  /** Of a pong: since the ping that it answers, in milliseconds. */
  readonly rttMs: number | undefined;
}

/** Bytes that are no frames, or where nobody can tell where a frame begins. */
export interface OpaqueEntry extends EntryOrigin {
  readonly kind: 'opaque';
  readonly from: End;
  readonly note: string;
}

/** A connection ended, or never came about. */
export interface EndEntry extends EntryOrigin {
  readonly kind: 'end';
  /** How, in one sentence. */
  readonly note: string;
  /** Something went wrong. */
  readonly failed: boolean;
}

/** One thing that the inspector saw. */
export type Entry = OpenEntry | HeadEntry | FrameEntry | OpaqueEntry | EndEntry;

type WithoutId<E> = E extends Entry ? Omit<E, 'id'> : never;

/** An entry that was not counted yet. */
export type NewEntry = WithoutId<Entry>;
