/**
 * Every reason for which the chat refuses a message: a stable code, and a sentence that says what to do.
 * None of them ends the connection; {@link CHAT_LIMITS}.refusals of them in a row do.
 */
export const CHAT_ERRORS = {
  'bad-json': 'This is not JSON. Send one JSON object as text, like {"type":"join","username":"ann"}.',
  'not-text': 'The chat takes text messages only. Send the JSON as text, not as binary.',
  'not-an-object': 'A message is one JSON object, like {"type":"message","message":"hi"}.',
  'too-deep': 'This JSON nests too deep. Send an object whose fields are plain strings.',
  'forbidden-key': 'Keys called __proto__, constructor or prototype are refused. Leave them out.',
  'malformed-text': 'A string holds half a surrogate pair. Send whole characters.',
  'unknown-type': 'This type is unknown. Send "join", "leave" or "message".',
  'field-missing': 'A field that this type needs is missing. A message needs "message", a string.',
  'field-invalid': 'A field has the wrong kind of value. Fields such as type, username, message and room are strings.',
  'empty-text': 'There is nothing in this message. Write something in "message".',
  'text-too-long': 'This text is too long. Send at most 4096 bytes of UTF-8 in "message".',
  'name-missing': 'A first join needs a name. Send {"type":"join","username":"your name"}.',
  'name-empty': 'This name is empty. Choose one with at least one visible character.',
  'name-too-long': 'This name is too long. Choose one of at most 32 characters.',
  'name-invalid': 'This name holds control or invisible characters. Choose letters, digits, signs and single spaces.',
  'name-reserved': 'This name is reserved for the server. Choose another one.',
  'name-taken': 'Somebody has this name already, in this or another case. Choose another one.',
  'name-fixed': 'This connection has a name already. Leave all rooms before you join under another one.',
  'room-invalid': 'A room is called by 1 to 64 of the characters a to z, 0 to 9, "_" and "-".',
  'room-missing': 'You are in several rooms. Say which one in "room".',
  'room-limit': 'You are in as many rooms as one connection may be in. Leave one first.',
  'room-full': 'This room is full. Join another one, or try again later.',
  'too-many-rooms': 'The server has as many rooms as it takes. Join one that exists, or try again later.',
  'already-joined': 'You are in this room already. There is nothing to do.',
  'not-joined': 'You are not in this room. Join first with {"type":"join","username":"your name"}.',
  'id-invalid': 'An "id" is made of 1 to 64 of the characters A to Z, a to z, 0 to 9, "_", "." and "-".',
  unavailable: 'The server cannot keep this now. Nothing is lost: send it again with the same "id" in a moment.',
  banned: 'You may not enter this room. If retryAfterMs is given, the ban ends after that time.',
  'private-room': 'This room is private. Ask its owner for an invitation.',
  muted: 'You may read here, but not write. If retryAfterMs is given, that ends after that time.',
  'slow-mode': 'This room is in slow mode. Wait for retryAfterMs milliseconds, then send it again.',
  'not-allowed': 'Only a moderator or the owner of this room may do this, and only to those of a lower rank.',
  'rules-full': 'The rules of this room hold as many names of that kind as they can. Take one out first.',
  'late-hello': 'A "hello" comes first, before everything else. Connect again to say it anew.',
  'no-such-user': 'Nobody goes by this name. Look at "who" for the names of those who are here.',
  'no-such-message': 'This message is not kept any more, or never was one. Look at "history" for those that are.',
  'token-invalid': 'This token is not valid, or not one of yours. Get a new one and send it with "renew".',
  'rate-limited': 'That was too fast. Wait for retryAfterMs milliseconds, then send it again.',
} as const;

/** The code of a refusal. */
export type ChatErrorCode = keyof typeof CHAT_ERRORS;

/** A refusal as a value: what a check gives in place of a result. A class, so that no object of a stranger can pass for one. */
export class Refusal {
  readonly code: ChatErrorCode;
  /** After how many milliseconds the next message will be taken. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ChatErrorCode, retryAfterMs?: number | undefined) {
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
