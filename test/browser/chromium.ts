import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Where a missing browser is a failure rather than a reason to skip. */
const required = Boolean(process.env.CI);

/** Whether the tests in a browser run here: with one, and also without where it is required, to fail there. */
export const browserTestsRun: boolean = found !== undefined || required;

/** What to add to the name of a suite, so that a skipped one says why. */
export const browserReason: string = browserTestsRun ? '' : ' (skipped: no Chromium here; set CHROMIUM to its path)';

/** Starts Chromium; throws when there is none. */
export function launchChromium(): Promise<Browser> {
  if (found === undefined) throw new Error('No Chromium found: install it, or set CHROMIUM to its path.');
  return chromium.launch({
    executablePath: found,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}
