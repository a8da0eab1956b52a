/**
 * The time in nanoseconds from any start: steady, and the same for all processes of this host.
 *
 * A double holds it exactly for the first 104 days after the host started, and to 2 ns after that.
 */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}
