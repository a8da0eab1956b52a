/**
 * The WebSocket protocol on Node's sockets: server, client, connections.
 *
 * @module
 */
export * from './node/index.ts';
