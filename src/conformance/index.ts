/**
 * Testing WebSocket servers and clients for conformance: cases as data, and what runs and judges them.
 *
 * Stability: the numbers of cases and the names of verdicts are stable. Cases may be added, and be judged more strictly, with a
 * minor release.
 *
 * @module
 */
export { type AnnotatedEntry, annotate, type SkippedEntries } from './annotate.ts';
export { switchRows } from './broken/noticed.ts';
export { BrokenServer } from './broken/server.ts';
export { type Broken, SWITCHES, type Switch, type SwitchName, switchNamed } from './broken/switches.ts';
export { ALL_CASES } from './cases/all.ts';
export { GROUPS } from './cases/groups.ts';
export type { ReceivedFrame } from './incoming.ts';
export type { ConformanceCase, Testee } from './model.ts';
export { type Worsened, worsenedSince } from './reports/baseline.ts';
export { htmlReport } from './reports/html.ts';
export { type IndexEntry, knownIndex } from './reports/index-json.ts';
export { readReport, writeReport } from './reports/json.ts';
export { junitXml } from './reports/junit.ts';
export type { CaseResult, ConformanceReport, ConversationResult } from './result.ts';
export { type RunObserver, runServerTests, type ServerTestOptions } from './run.ts';
export { compareNumbers, groupOf, type Selected, type Selection, selectCases } from './select.ts';
export { type ClientTestObserver, type ClientTestOptions, ClientTestServer } from './serve/server.ts';
export { failuresOf, type GroupTally, tallyGroups } from './tally.ts';
export { formatConformance } from './terminal.ts';
export { type Behavior, type CaseVerdict, type CloseBehavior, passes } from './verdict.ts';
export type { WireEntry, WireLog } from './wire-log.ts';
