/** The chat application: wire messages, names, rooms with rate limits, and the server that puts them behind `/chat`. */
export type { ChatClock } from './announcer.ts';
export type { ChatOptions, ChatPorts } from './chat.ts';
export { CHAT_RATE_LIMIT, Chat } from './chat.ts';
export type { ChatServer, ChatServerOptions } from './chat-server.ts';
export { createChatServer } from './chat-server.ts';
export type { ChatConnection, ChatSession } from './chat-session.ts';
export type { ChatErrorCode } from './errors.ts';
export { CHAT_ERRORS, Refusal } from './errors.ts';
export type { ChatLimits } from './limits.ts';
export { CHAT_LIMITS } from './limits.ts';
export { checkRoomName } from './room-name.ts';
export type { Username } from './username.ts';
export { parseUsername } from './username.ts';
export type { ClientMessage, ErrorMessage, MembershipNotice, ServerMessage, TextMessage } from './wire.ts';
export { DEFAULT_ROOM, encodeServerMessage, parseClientMessage } from './wire.ts';
