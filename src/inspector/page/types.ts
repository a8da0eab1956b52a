/** The shapes that the page's modules hand to each other. Types only: nothing of this file reaches the browser. */

/** A broken rule. */
export interface Violation {
  readonly code: string;
  readonly section: string;
  readonly message: string;
}

/** A joined message as the feed tells it; bytes in base64. */
export interface FedMessage {
  readonly opcode: number;
  readonly frames: number;
  readonly bytes: number;
  readonly start: string;
  readonly deflate: { readonly before: string; readonly plainBytes: number | null; readonly note: string } | null;
}

interface FedOrigin {
  readonly id: number;
  readonly connection: number;
  readonly atMs: number;
}

export type End = 'client' | 'server';

export interface FedFrame extends FedOrigin {
  readonly kind: 'frame';
  readonly from: End;
  readonly offset: number;
  readonly size: number;
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly masked: boolean;
  readonly length: number;
  readonly headerSize: number;
  readonly wire: string;
  readonly whole: boolean;
  readonly fragment: number;
  readonly deflate: boolean;
  readonly context: { readonly opcode: number; readonly compressed: boolean; readonly tail: string };
  readonly violation: Violation | null;
  readonly note: string;
  readonly rttMs: number | null;
  readonly message: FedMessage | null;
}

export interface FedHead extends FedOrigin {
  readonly kind: 'head';
  readonly from: End;
  readonly wire: string;
  readonly title: string;
  readonly key: string;
  readonly changes: readonly string[];
  readonly violation: Violation | null;
}

export interface FedOpen extends FedOrigin {
  readonly kind: 'open';
  readonly client: string;
}

export interface FedOpaque extends FedOrigin {
  readonly kind: 'opaque';
  readonly from: End;
  readonly note: string;
}

export interface FedEnd extends FedOrigin {
  readonly kind: 'end';
  readonly note: string;
  readonly failed: boolean;
}

/** An entry as the feed tells it. */
export type FedEntry = FedFrame | FedHead | FedOpen | FedOpaque | FedEnd;

/** Exact counts of everything, shown or not. */
export interface FedTotals {
  readonly connections: number;
  readonly open: number;
  readonly frames: { readonly client: number; readonly server: number };
  readonly bytes: { readonly client: number; readonly server: number };
  readonly violations: number;
}

/** What the feed tells. */
export type Told =
  | {
      readonly type: 'hello';
      readonly mode: 'relay' | 'replay' | 'offline';
      readonly target: string;
      readonly startedAt: string;
      readonly notes: readonly string[];
      readonly entries: readonly FedEntry[];
      readonly skipped: number;
      readonly totals: FedTotals;
    }
  | {
      readonly type: 'batch';
      readonly entries: readonly FedEntry[];
      readonly skipped: number;
      readonly totals: FedTotals;
    }
  | { readonly type: 'note'; readonly note: string };

/** An entry with the words of its row. */
export interface ShownEntry {
  readonly entry: FedEntry;
  /** What kind of frame it is, or the first line of a head. */
  readonly title: string;
  /** The beginning of what it says. */
  readonly preview: string;
  /** A few words each: a fragment, a time, a broken rule. */
  readonly badges: readonly { readonly text: string; readonly kind: string }[];
  /** What a filter looks at, in lower case. */
  readonly words: string;
}

/** A field of some bits; as the modules of inspect give it. */
export interface Span {
  readonly offset: number;
  readonly bits: number;
  readonly field: string;
  readonly value: string;
  readonly section: string;
  readonly note: string;
  readonly violation: Violation | undefined;
}

/** A message for people: what its fragments say together. */
export interface ShownMessage {
  readonly opcode: number;
  readonly frames: number;
  readonly bytes: number;
  /** Its first bytes, plain. */
  readonly start: Uint8Array;
  readonly deflate: { readonly before: Uint8Array; readonly plainBytes: number | null; readonly note: string } | null;
}

/** Bytes with all that is known of them. */
export interface Explained {
  readonly title: string;
  /** Where they come from. */
  readonly origin: string;
  readonly isFrame: boolean;
  /** What is shown of them. */
  readonly bytes: Uint8Array;
  /** How long they were. */
  readonly size: number;
  /** Where they stand in what their sender sent. */
  readonly offset: number;
  /** Offsets count from the first of `bytes`. */
  readonly spans: readonly Span[];
  readonly violation: Violation | undefined;
  readonly notes: readonly string[];
  readonly message: ShownMessage | undefined;
}
