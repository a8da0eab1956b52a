import { FrameInspector, type InspectedPart, inspect, violationOf } from '../inspect/index.ts';
import type { Testee } from './model.ts';
import type { WireEntry, WireLog } from './wire-log.ts';

/** Something on the wire, and what it means. */
export interface AnnotatedEntry {
  readonly entry: WireEntry;
  /** Empty for the end of TCP, and for bytes that nobody can read as frames. */
  readonly parts: readonly InspectedPart[];
}

/** What stands for the entries that were not kept. */
export interface SkippedEntries {
  readonly skipped: number;
}

/** Explains a wire log for people, by another eye than the one that judged it. */
export function annotate(
  { first, skipped, last }: WireLog,
  { testee, deflate }: { readonly testee: Testee; readonly deflate: boolean },
): readonly (AnnotatedEntry | SkippedEntries)[] {
  const annotator = new Annotator(testee, deflate);
  const before = first.map((entry) => annotator.annotate(entry));
  const after = last.map((entry) => annotator.annotate(entry));
  return [...before, ...(skipped === 0 ? [] : [{ skipped }]), ...after];
}

class Annotator {
  readonly #testee: Testee;
  readonly #deflate: boolean;
  readonly #inspectors = new Map<WireEntry['from'], FrameInspector>();

  constructor(testee: Testee, deflate: boolean) {
    this.#testee = testee;
    this.#deflate = deflate;
  }

  annotate(entry: WireEntry): AnnotatedEntry {
    const parts = entry.bytes.length === 0 ? [] : this.#read(entry);
    const isCut = entry.bytes.length < entry.length;
    // What is missing there was on the wire, and is only not kept.
    return { entry, parts: isCut ? parts.map((part) => ({ ...part, missing: undefined })) : parts };
  }

  #read({ from, kind, bytes }: WireEntry): InspectedPart[] {
    const receiver = (from === 'suite') === (this.#testee === 'server') ? 'server' : 'client';
    if (kind === 'head') return [...inspect(bytes, { role: receiver, start: 'head' }).parts];
    const parts: InspectedPart[] = [];
    for (let at = 0; at < bytes.length; ) {
      const inspector = this.#inspectorOf(from, receiver);
      const part = inspector.inspect(bytes, at);
      parts.push(part);
      at += part.bytes;
      if (kind === 'bytes' && violationOf(part) !== undefined) break;
    }
    return parts;
  }

  /** Behind a broken rule, which the suite breaks on purpose, frames are explained as if nothing had been before. */
  #inspectorOf(from: WireEntry['from'], role: 'server' | 'client'): FrameInspector {
    const known = this.#inspectors.get(from);
    if (known !== undefined && known.end === undefined) return known;
    const fresh = new FrameInspector({ role, deflate: this.#deflate });
    this.#inspectors.set(from, fresh);
    return fresh;
  }
}
