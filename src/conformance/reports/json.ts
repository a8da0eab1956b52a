import type { CaseResult, ConformanceReport } from '../result.ts';
import type { WireEntry } from '../wire-log.ts';

const FORMAT = 'ws101-conformance-1';

interface WrittenEntry extends Omit<WireEntry, 'bytes'> {
  readonly hex: string;
}

/** A report as JSON with everything in it, bytes of the wire logs as hexadecimal digits; {@link readReport} reads it. */
export function writeReport(report: ConformanceReport): string {
  const results = report.results.map(({ wire, testeeCode, suiteCode, endedBy, ...rest }) => ({
    ...rest,
    // JSON has no word for what is undefined: a code that nobody gave is left out, one that was not in the frame is null.
    ...(testeeCode === undefined ? {} : { testeeCode }),
    ...(suiteCode === undefined ? {} : { suiteCode }),
    ...(endedBy === undefined ? {} : { endedBy }),
    wire: { first: wire.first.map(writeEntry), skipped: wire.skipped, last: wire.last.map(writeEntry) },
  }));
  return `${JSON.stringify({ format: FORMAT, ...report, results }, null, 1)}\n`;
}

/**
 * The report that {@link writeReport} wrote.
 *
 * @throws SyntaxError for anything else
 */
export function readReport(text: string): ConformanceReport {
  const value = JSON.parse(text) as ConformanceReport & { readonly format?: unknown };
  if (typeof value !== 'object' || value === null || value.format !== FORMAT || !Array.isArray(value.results))
    throw new SyntaxError(`it is no report of ws101 conform: its format is not ${FORMAT}`);
  const { format: _, ...report } = value;
  return { ...report, results: report.results.map(readResult) };
}

function writeEntry({ bytes, ...rest }: WireEntry): WrittenEntry {
  return { ...rest, hex: Buffer.from(bytes).toString('hex') };
}

function readResult(result: CaseResult): CaseResult {
  const wire = result.wire as unknown as {
    readonly first: WrittenEntry[];
    readonly skipped: number;
    readonly last: WrittenEntry[];
  };
  if (typeof result.number !== 'string' || typeof result.behavior !== 'string' || !Array.isArray(wire?.first))
    throw new SyntaxError('a result in the report has no number, no verdict or no wire log');
  return {
    ...result,
    testeeCode: result.testeeCode,
    suiteCode: result.suiteCode,
    endedBy: result.endedBy,
    wire: { first: wire.first.map(readEntry), skipped: wire.skipped, last: wire.last.map(readEntry) },
  };
}

function readEntry({ hex, ...rest }: WrittenEntry): WireEntry {
  return { ...rest, bytes: new Uint8Array(Buffer.from(hex, 'hex')) };
}
