/** What the gates measure by. Shares are from 0 to 1. */
export const THRESHOLDS: {
  readonly rateHeld: number;
  readonly depthKept: number;
  readonly depthLost: number;
  readonly ceiling: number;
  readonly busy: number;
  readonly tooBusy: number;
  readonly lagOfLatency: number;
  readonly lagNs: number;
  readonly lagTooLate: number;
  readonly steal: number;
  readonly pressure: number;
  readonly spread: number;
  readonly tooSpread: number;
  readonly failedConnections: number;
} = {
  /** An open loop that sends 1 % less than it was to send measured another load than the one in its title. */
  rateHeld: 0.01,
  /**
   * Little's law: rate × mean latency is how many messages were under way. Below 80 % of the depth asked for, the generator kept
   * the server waiting; below 50 %, what was measured is more generator than server.
   */
  depthKept: 0.8,
  depthLost: 0.5,
  /**
   * A generator that can do twice as much as was measured was, on average, waiting for the server half of its time; the other way
   * round, one that was seen to wait half of the time could have done twice as much with a faster server.
   */
  ceiling: 2,
  /** A queue grows with 1 / (1 - utilization): at 70 % a message waits three times as long as at an idle generator, at 85 % seven. */
  busy: 0.7,
  tooBusy: 0.85,
  /** Messages sent late by a tenth of the latency blur it by as much. One millisecond is the tick of Node's timers. */
  lagOfLatency: 0.1,
  lagNs: 1_000_000,
  /** Lateness beyond the latency itself (and beyond ten ticks): what is shown is the generator. */
  lagTooLate: 10,
  /** One per cent of CPU time taken by the hypervisor is a stall of 10 ms a second, in every p99. */
  steal: 0.01,
  /** Server and generator share the machine, so something waits at times; more than half of the time means a third party runs. */
  pressure: 0.5,
  /** Runs that differ by 5 % cannot show a difference of 3 %; by 15 %, the median is the luck of the day. */
  spread: 0.05,
  tooSpread: 0.15,
  /** Where connections come and go by design, so many of them may fail before the rest is no longer what was asked for. */
  failedConnections: 0.01,
};
