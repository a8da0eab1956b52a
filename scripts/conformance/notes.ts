// What is to be said about deviations in whole sentences, by the name of the agent; each is a paragraph of the page.

/** About our own server and client: every deviation must be explained here. */
export const OWN_NOTES: Readonly<Record<string, readonly string[]>> = {
  'ws101-client': [
    'Our client is driven, as our server is, by a handler `message`, which is called within the parsing of a read. Who takes messages by `receive` or in a loop ' +
      '`for await` gets each one a moment later: when a broken frame comes in the same read as a good message before it, the connection ' +
      'has failed by then, `sendAndDrain` answers `closed`, and 3.2, 3.3, 4.1.3 and others like them are NON-STRICT. RFC 6455 §7.1.7 permits it.',
  ],
};

const LONG_LENGTHS =
  'F.1.14 and those behind it write a length in more bytes than it needs, which RFC 6455 §5.2 forbids to senders; whether a receiver ' +
  'must notice is left open, so taking it is NON-STRICT.';
const LATE_UTF8 =
  '6.4.\\* asks how soon invalid text is noticed: at the first wrong byte, or at the end of the message. Both are permitted.';
const NO_UPGRADE =
  'RFC 9110 §15.5.22 wants every 426 to name the protocol in a field Upgrade, and §15.5.6 every 405 to name methods in Allow.';

/** About others. */
export const NOTES: Readonly<Record<string, readonly string[]>> = {
  'ws-server': [
    `Frames, closing and UTF-8 are all as they should be. ${LATE_UTF8} ${LONG_LENGTHS}`,
    `What fails is in the head, most of which the HTTP parser of Node reads before: it takes requests without Host, and HTTP/1.0. ` +
      `${NO_UPGRADE} In D.1.14 and D.1.15 a number with a leading zero is taken for the number without it.`,
  ],
  'bun-server': [
    `Frames, closing, UTF-8 and fragments are all as they should be; what fails is in the head. ${NO_UPGRADE} ` +
      'Those are the 426 of its own, for versions; a request that is no upgrade is answered by the program, and rightly. Offers ' +
      'against the grammar are passed over, where RFC 6455 §9.1 wants the handshake to fail.',
    'It agrees on windows of its own choice only, so that D.4.4 to D.4.8 find nothing to test.',
  ],
  'deno-server': [
    'It does not look at masks: F.2.\\* are frames of a client without one, which RFC 6455 §5.1 wants every server to refuse. ' +
      'Pongs and close frames may be longer than 125 bytes, and its answer to such a close frame is one too.',
    'Of the head little is checked: keys of any length, other versions than 13, methods other than GET. A server on top of ' +
      '`Deno.upgradeWebSocket` can check these itself; the one here checks Upgrade alone.',
  ],
  'websockets-server': [
    'NON-STRICT in 3.\\*, 4.\\* and 5.15: a broken frame ends the connection before messages that came ahead of it are answered. ' +
      'RFC 6455 §7.1.7 permits that.',
    'F.1.22 to F.1.24 and S.1.35 announce 2^63 bytes or more. With the limit on messages that it has by default, 1 MiB, it ends such ' +
      'connections; here the limit is off for group 9, and it waits for these bytes.',
    'D.1.4: asked for a window of 8 bits, zlib refuses to make it, and the exception becomes a 500.',
  ],
  'mojolicious-server': [
    'It is lenient throughout. Reserved bits, opcodes and masks are not looked at; a continuation without a beginning is a message; ' +
      'close codes come back as they were; frames behind the close frame are still answered.',
    'The echo hands on texts as bytes, as its event `text` gives them, and nothing below checks that they are UTF-8: most of group 6 is that.',
  ],
  'ws-client': [
    `${LATE_UTF8} ${LONG_LENGTHS}`,
    'H.6.5 has a tab around a value, which the HTTP parser of Node leaves there.',
  ],
  'bun-client': [`Nothing fails. ${LATE_UTF8} ${LONG_LENGTHS}`],
  'deno-client': [
    'It offers no extension, and takes responses that accept one; a missing or wrong accept value, other statuses and other ' +
      'fields are partly taken as well. Masked frames of a server are taken as if they had no mask.',
  ],
  'node-client': [
    'H.6.4 and H.6.5: a field Connection with another word besides Upgrade, and one with a tab around its value, are refused. D.2.\\*: parameters that permessage-deflate does ' +
      'not have are accepted. F.3.11 to F.3.14 and D.5.1 to D.5.3: RSV1 is not looked at behind the first frame of a message, and in control frames.',
  ],
  'websockets-client': [
    'As its server: broken frames end the connection at once, and lengths over 2^63 are awaited where the limit is off.',
    'D.2.3: it offers client_max_window_bits without a value, so 8 is a legal answer, and zlib refuses to make that window.',
  ],
};
