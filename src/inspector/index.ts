/**
 * The live inspector: a proxy that relays WebSockets as they are, and a page that explains every byte of them.
 *
 * @module
 */
export { createInspector, type Inspector, type InspectorOptions } from './inspector.ts';
export { INSPECTOR_LIMITS } from './limits.ts';
