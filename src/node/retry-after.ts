import type { ResponseHead } from '../handshake/index.ts';

// RFC 9110 §5.6.7: the form that is sent today, and the two that are only read.
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/**
 * How long a server that is overloaded (503) or asked too often (429) wants to be left alone, in milliseconds; 0 when it
 * does not say so in a way that can be understood (RFC 9110 §10.2.3).
 *
 * @param now the time of day in milliseconds, for a date in a response that has no date of its own
 */
export function retryAfterMs({ status, headers }: ResponseHead, now: number): number {
  const value = headers.get('retry-after');
  if ((status !== 503 && status !== 429) || value === undefined) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // By the server's own clock, where it shows one.
  const delayMs = timeOf(value) - (timeOf(headers.get('date')) || now);
  return delayMs > 0 ? delayMs : 0;
}

/** `NaN` for what is no date of HTTP. All of them are in GMT, also where they do not say so. */
function timeOf(date: string | undefined): number {
  if (date === undefined || !HTTP_DATE.test(date)) return Number.NaN;
  return Date.parse(date.endsWith('GMT') ? date : `${date} GMT`);
}
