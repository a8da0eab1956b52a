import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type BenchReport, formatReport, Histogram, toHgrm, toHtml, toNdjson } from '../bench/index.ts';
import { canvasOf, type Environment } from '../report/index.ts';
import type { Terminal } from './command.ts';
import { quote, UsageError } from './usage-error.ts';

/** Where a report goes, beside or instead of the terminal. */
export interface BenchOutputs {
  /** `-` is standard output, in place of the report for people. */
  readonly json: string | undefined;
  readonly html: string | undefined;
  readonly hgrm: string | undefined;
  readonly latency: boolean;
}

/** Throws a `UsageError` unless all files can be written: better now than after the bench. */
export async function checkOutputs({ json, html, hgrm }: BenchOutputs): Promise<void> {
  const files = { json: json === '-' ? undefined : json, html, hgrm };
  for (const [option, path] of Object.entries(files)) {
    if (path === undefined) continue;
    const place = await stat(path).catch(() => undefined);
    if (place?.isDirectory()) throw new UsageError(`--${option} ${quote(path)} is a directory; name a file in it`);
    const needed = place === undefined ? dirname(path) : path;
    await access(needed, constants.W_OK).catch(() => {
      throw new UsageError(
        `--${option} ${quote(path)} cannot be written; check that the folder is there and permits it`,
      );
    });
  }
}

/** Writes a report to where it was asked for. */
export async function writeReport(
  report: BenchReport,
  { json, html, hgrm, latency }: BenchOutputs,
  { stdout }: Terminal,
  environment: Environment,
): Promise<void> {
  if (json === '-') stdout.write(toNdjson(report));
  else stdout.write(formatReport(report, canvasOf(stdout, environment), { latencyTable: latency }));
  if (json !== undefined && json !== '-') await writeFile(json, toNdjson(report));
  if (html !== undefined) await writeFile(html, toHtml(report));
  if (hgrm !== undefined) await writeFile(hgrm, toHgrm(latenciesOf(report)));
}

/** Every latency of the first server, which is the one that others are compared with. */
function latenciesOf({ runs }: BenchReport): Histogram {
  const all = new Histogram();
  for (const { variant, phases } of runs) {
    if (variant !== runs[0]?.variant) continue;
    for (const { measurement } of phases)
      if (measurement.timings.latency !== undefined) all.add(Histogram.from(measurement.timings.latency));
  }
  return all;
}
