import type { LoadConfig } from '../config.ts';
import type { Sample, WorkerResult } from '../engine.ts';
import type { Phase } from '../model.ts';

/** What each call to a worker's process carries beside its name. */
export interface WorkerCalls {
  /** First of all, once. Loads the engine of the scenario. */
  configure: { readonly config: LoadConfig };
  open: Record<never, never>;
  start: { readonly phase: Phase };
  /** The worker begins to measure its own load here. */
  reset: Record<never, never>;
  sample: Record<never, never>;
  /** The worker's own load is measured up to here. */
  cut: Record<never, never>;
  stop: Record<never, never>;
  close: Record<never, never>;
}

/** What each call gives. */
export interface WorkerValues {
  configure: null;
  open: null;
  start: null;
  reset: null;
  sample: Sample;
  cut: null;
  stop: WorkerResult;
  close: null;
}

/** The name of a call. */
export type WorkerCall = keyof WorkerCalls;

/** A message to a worker: `id` is any number that tells it from other calls under way. */
export type WorkerRequest = {
  [Call in WorkerCall]: { readonly id: number; readonly call: Call } & WorkerCalls[Call];
}[WorkerCall];

/**
 * A worker's answer to the request with the same `id`. `kind` is one of the error kinds (`refused`, `no ports`, …), or
 * `internal` for what should not happen.
 */
export type WorkerAnswer =
  | { readonly id: number; readonly value: WorkerValues[WorkerCall] }
  | { readonly id: number; readonly error: { readonly message: string; readonly kind: string } };
