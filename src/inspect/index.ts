/**
 * Bytes explained: heads and frames as spans of field, value and section, legal or not, for people who look at the wire.
 *
 * Stability: codes and sections are stable; the wording of notes and titles may change in any release.
 *
 * @module
 */
export { FrameInspector, type FrameInspectorOptions } from './frames.ts';
export { type Inspection, type InspectOptions, inspect, inspectParts } from './inspect.ts';
export { type InspectedPart, type MissingBytes, violationOf } from './part.ts';
export { previewAscii, previewHex, previewText } from './preview.ts';
export type { Span, SpanViolation } from './span.ts';

// For the floors above alone: absent from the published types, and free to change.

/** @internal */
export { opcodeName } from './frame-header.ts';
