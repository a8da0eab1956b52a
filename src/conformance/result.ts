import type { Testee } from './model.ts';
import type { CaseVerdict } from './verdict.ts';
import type { WireLog } from './wire-log.ts';

/** How one conversation went. */
export interface ConversationResult extends CaseVerdict {
  /** What was wrong, or worth telling; empty when all was as asked for. */
  readonly reason: string;
  /** What should have come at the place where it went wrong; empty when nothing did. */
  readonly expected: string;
  /** What came there. */
  readonly got: string;
  /** The section that was broken; empty for those of the case. */
  readonly section: string;
  /** The close code that the testee gave; null when its close frame had none, undefined when there was no close frame. */
  readonly testeeCode: number | null | undefined;
  readonly testeeReason: string;
  /** The close code that the suite sent; as above. */
  readonly suiteCode: number | null | undefined;
  /** Who ended TCP first; undefined when nobody had. */
  readonly endedBy: 'suite' | 'testee' | undefined;
  readonly durationMs: number;
  /** Was permessage-deflate agreed on? */
  readonly deflate: boolean;
  readonly wire: WireLog;
}

/** How a testee did in one case. Plain data, but for the bytes of the wire log. */
export interface CaseResult extends ConversationResult {
  readonly number: string;
  readonly title: string;
  readonly sections: readonly string[];
  /** The name of the conversation that the rest is about, where the case has several; may be empty. */
  readonly conversation: string;
  /** How many conversations were held: the first one that fails ends the case. */
  readonly conversations: number;
}

/** How a testee did in all cases that were run. */
export interface ConformanceReport {
  /** The version of this package. */
  readonly version: string;
  readonly testee: Testee;
  /** The name of the testee: what a client called itself, what `--agent` said, or host and port of a server. */
  readonly agent: string;
  /** Of a server; empty for a client. */
  readonly url: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** In the order of the cases. */
  readonly results: readonly CaseResult[];
  /** Cases that were selected and not run, with the reason. */
  readonly leftOut: readonly { readonly number: string; readonly reason: string }[];
  /** A NON-STRICT result counts as failed. */
  readonly strict: boolean;
  /** The command that runs one case again, with `{case}` in place of its number. */
  readonly repeat: string;
}
