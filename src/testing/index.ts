/**
 * What tests of WebSocket programs need: connections without sockets, a clock that is told to go on, randomness that
 * repeats itself, and a peer that sends any bytes.
 *
 * Stability: names and shapes follow semantic versioning from 1.0.0 on.
 *
 * @module
 */
export { type Clock, type FillRandom, type Ports, usePorts } from '../node/index.ts';
export { type ConnectionPair, type ConnectionPairOptions, connectionPair, inMemory } from './in-memory.ts';
export { type MemoryPairOptions, memoryPair } from './memory-pair.ts';
export { openScriptedClient, scriptedClient, scriptedServer, upgradeRequest } from './scripted-ends.ts';
export type { ScriptedFrame, ScriptedFrameOptions } from './scripted-frame.ts';
export { ScriptedPeer } from './scripted-peer.ts';
export { type SeededRandom, seededRandom } from './seeded-random.ts';
export { TestClock } from './test-clock.ts';
