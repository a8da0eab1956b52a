/** A rule that the broken server can break. */
export interface Switch {
  readonly name: string;
  /** What it does then, in one sentence. */
  readonly breaks: string;
  /** Where the rule is written. */
  readonly section: string;
}

const OPENING = [
  ['status', 'It accepts with status 200.', 'RFC 6455 §4.2.2'],
  ['accept-other-key', 'Its accept value is that of another key.', 'RFC 6455 §4.2.2'],
  ['accept-bare-key', 'It hashes the key without the value behind it.', 'RFC 6455 §4.2.2'],
  ['no-upgrade-answer', 'Its response has no Upgrade.', 'RFC 6455 §4.2.2'],
  ['no-connection-answer', 'Its response has no Connection.', 'RFC 6455 §4.2.2'],
  ['body-announced', 'Its response with status 101 has a Content-Length.', 'RFC 9110 §8.6'],
  ['protocol-invented', 'It chooses a subprotocol that nobody offered.', 'RFC 6455 §4.2.2'],
  ['protocol-all', 'It chooses all subprotocols that were offered.', 'RFC 6455 §4.2.2'],
  ['extension-invented', 'It accepts every extension that is offered.', 'RFC 6455 §9.1'],
  ['head-in-one-read', 'It takes the first bytes that it reads for the whole head.', 'RFC 9112 §2.2'],
  ['names-by-case', 'It knows the names of fields only in the usual letters.', 'RFC 9110 §5.1'],
  ['upgrade-by-case', 'It knows the word websocket only in small letters.', 'RFC 6455 §4.2.1'],
  ['connection-whole', 'It finds the word Upgrade only where it stands alone.', 'RFC 6455 §4.2.1'],
  ['absolute-target', 'It refuses targets in absolute form.', 'RFC 9112 §3.2.2'],
  ['any-method', 'It accepts every method.', 'RFC 6455 §4.2.1'],
  ['any-http-version', 'It accepts HTTP/1.0.', 'RFC 6455 §4.2.1'],
  ['any-host', 'It accepts requests without a valid Host.', 'RFC 9112 §3.2'],
  ['two-hosts', 'It takes the first of several Hosts.', 'RFC 9112 §3.2'],
  ['any-upgrade', 'It does not look at Upgrade.', 'RFC 6455 §4.2.1'],
  ['any-connection', 'It does not look at Connection.', 'RFC 6455 §4.2.1'],
  ['any-key', 'It does not look at the key.', 'RFC 6455 §4.2.1'],
  ['key-by-length', 'It accepts every key of 24 characters.', 'RFC 6455 §4.2.1'],
  ['two-keys', 'It takes the first of several keys.', 'RFC 6455 §11.3.1'],
  ['any-version', 'It accepts every version.', 'RFC 6455 §4.2.2'],
  ['version-as-number', 'It reads the version as a number, 013 and 13.0 included.', 'RFC 6455 §4.3'],
  ['versions-unnamed', 'It refuses a version without naming its own.', 'RFC 6455 §4.4'],
  ['upgrade-unnamed', 'It refuses with 426 and no Upgrade.', 'RFC 9110 §15.5.22'],
  ['methods-unnamed', 'It refuses with 405 and no Allow.', 'RFC 9110 §15.5.6'],
  ['protocol-grammar', 'It does not look at the grammar of subprotocols.', 'RFC 6455 §4.3'],
  ['extension-grammar', 'It does not look at the grammar of extensions.', 'RFC 6455 §9.1'],
  ['field-grammar', 'It passes over lines that are no fields.', 'RFC 6455 §4.2.1'],
  ['space-before-colon', 'It accepts white space before a colon.', 'RFC 9112 §5.1'],
  ['any-length', 'It does not look at Content-Length.', 'RFC 9112 §6.3'],
  ['refusal-stays', 'It keeps the connection open behind a refusal.', 'RFC 9112 §6.3'],
] as const;

const FRAMES = [
  ['masks-unchecked', 'It accepts frames without a mask.', 'RFC 6455 §5.1'],
  ['masks-ignored', 'It does not unmask.', 'RFC 6455 §5.3'],
  ['first-key-kept', 'It unmasks every frame with the first key.', 'RFC 6455 §5.3'],
  ['rsv-ignored', 'It does not look at the reserved bits.', 'RFC 6455 §5.2'],
  ['rsv-on-control', 'It does not look at the reserved bits of control frames.', 'RFC 6455 §5.2'],
  ['rsv-on-continuation', 'It does not look at the reserved bits of continuations.', 'RFC 6455 §5.2'],
  ['data-opcodes', 'It passes over frames with the opcodes 3 to 7.', 'RFC 6455 §5.2'],
  ['control-opcodes', 'It passes over frames with the opcodes 11 to 15.', 'RFC 6455 §5.2'],
  ['length-order', 'It reads a length of 16 bits from its lower byte on.', 'RFC 6455 §5.2'],
  ['length-highest-bit', 'It waits for the payload of a length with the highest bit.', 'RFC 6455 §5.2'],
  ['control-fragmented', 'It accepts control frames that are not final.', 'RFC 6455 §5.5'],
  ['control-long', 'It accepts control frames of more than 125 bytes.', 'RFC 6455 §5.5'],
  ['continuation-alone', 'It takes a continuation of nothing for a text.', 'RFC 6455 §5.4'],
  ['message-in-message', 'It drops a message when another begins inside of it.', 'RFC 6455 §5.4'],
  ['control-between', 'It fails on control frames between fragments.', 'RFC 6455 §5.4'],
  ['close-between', 'It fails on a close frame between fragments.', 'RFC 6455 §5.4'],
  ['fragments-mixed', 'It puts fragments together from the last one on.', 'RFC 6455 §5.4'],
  ['fragments-apart', 'It sends every fragment back as a message.', 'RFC 6455 §5.4'],
  ['header-in-one-read', 'It drops a header whose bytes come in two reads.', 'RFC 6455 §5.2'],
  ['frame-per-read', 'It drops what comes behind a frame in one read.', 'RFC 6455 §5.2'],
  ['empty-dropped', 'It drops empty messages.', 'RFC 6455 §5.6'],
  ['utf8-unchecked', 'It accepts text that is not UTF-8.', 'RFC 6455 §8.1'],
  ['utf8-per-fragment', 'It wants every fragment of a text to be UTF-8 by itself.', 'RFC 6455 §8.1'],
  ['utf8-surrogates', 'It accepts surrogates in text.', 'RFC 3629 §3'],
  ['utf8-overlong', 'It accepts characters in more bytes than they need.', 'RFC 3629 §3'],
  ['utf8-beyond', 'It accepts characters beyond U+10FFFF.', 'RFC 3629 §3'],
  ['utf8-unfinished', 'It accepts text that ends inside of a character.', 'RFC 6455 §8.1'],
  ['utf8-in-binary', 'It wants binary messages to be UTF-8.', 'RFC 6455 §5.6'],
  ['pong-answered', 'It answers pongs.', 'RFC 6455 §5.5.3'],
  ['ping-unanswered', 'It does not answer pings.', 'RFC 6455 §5.5.2'],
  ['pong-changed', 'It changes the payload of its pongs.', 'RFC 6455 §5.5.3'],
  ['pong-empty', 'Its pongs are empty.', 'RFC 6455 §5.5.3'],
  ['ping-for-ping', 'It answers pings with pings.', 'RFC 6455 §5.5.2'],
] as const;

const ECHO = [
  ['opcode-binary', 'It sends text back as binary.', 'RFC 6455 §5.6'],
  ['opcode-text', 'It sends binary back as text.', 'RFC 6455 §5.6'],
  ['opcode-reserved', 'It sends messages with opcode 3.', 'RFC 6455 §5.2'],
  ['masked', 'It masks its frames.', 'RFC 6455 §5.1'],
  ['length-long', 'It writes every length in 64 bits.', 'RFC 6455 §5.2'],
  ['rsv-sent', 'It sets RSV1 on frames that are not compressed.', 'RFC 6455 §5.2'],
  ['payload-cut', 'It sends back at most 125 bytes.', 'RFC 6455 §5.6'],
  ['payload-recoded', 'It sends text back as Latin-1.', 'RFC 6455 §8.1'],
  ['twice', 'It sends every message back twice.', 'RFC 6455 §5.6'],
  ['order', 'It sends two messages of one read back in the other order.', 'RFC 6455 §5.6'],
  ['never-final', 'It never sets FIN on a message.', 'RFC 6455 §5.4'],
  ['continuation-opcode', 'It sends the second of two fragments with the opcode of the first.', 'RFC 6455 §5.4'],
  ['control-fragmented-sent', 'It sends pongs that are not final.', 'RFC 6455 §5.5'],
] as const;

const CLOSING = [
  ['close-unanswered', 'It answers a close frame with the end of TCP alone.', 'RFC 6455 §5.5.1'],
  ['close-ignored', 'It does not answer a close frame.', 'RFC 6455 §5.5.1'],
  ['close-code-dropped', 'It leaves the code out of the close frame and keeps the reason.', 'RFC 6455 §5.5.1'],
  ['close-code-other', 'It answers every close frame with 1001.', 'RFC 6455 §7.4.1'],
  ['close-code-reserved', 'It answers every close frame with 1005.', 'RFC 6455 §7.4.1'],
  ['close-one-byte', 'It answers with a close frame of one byte.', 'RFC 6455 §5.5.1'],
  ['close-reason', 'The reason in its close frame is not UTF-8.', 'RFC 6455 §5.5.1'],
  ['close-twice', 'It sends its close frame twice.', 'RFC 6455 §5.5.1'],
  ['close-then-data', 'It answers what comes behind a close frame.', 'RFC 6455 §5.5.1'],
  ['close-tcp', 'It leaves it to the client to end TCP.', 'RFC 6455 §7.1.1'],
  ['close-length', 'It answers close frames of one byte with 1000.', 'RFC 6455 §5.5.1'],
  ['close-codes', 'It accepts every close code.', 'RFC 6455 §7.4.2'],
  ['close-codes-private', 'It fails on close codes of libraries and applications.', 'RFC 6455 §7.4.2'],
  ['close-reason-unchecked', 'It accepts reasons that are not UTF-8.', 'RFC 6455 §8.1'],
  ['fail-code', 'It fails connections with code 1000.', 'RFC 6455 §7.4.1'],
  ['fail-utf8-code', 'It fails on text that is not UTF-8 with code 1002.', 'RFC 6455 §7.4.1'],
  ['fail-not', 'It passes over what it should fail on.', 'RFC 6455 §7.1.7'],
  ['fail-then-data', 'It answers what comes behind that on which it failed.', 'RFC 6455 §7.1.7'],
] as const;

const DEFLATE = [
  ['deflate-unasked', 'It accepts permessage-deflate that nobody offered.', 'RFC 7692 §5.1'],
  ['deflate-takeover-unsaid', 'It accepts server_no_context_takeover and does not say so.', 'RFC 7692 §7.1.1.1'],
  ['deflate-bits-larger', 'It answers server_max_window_bits with one more.', 'RFC 7692 §7.1.2.1'],
  ['deflate-bits-unasked', 'It asks for client_max_window_bits that were not offered.', 'RFC 7692 §7.1.2.2'],
  ['deflate-invalid', 'It accepts offers with invalid parameters.', 'RFC 7692 §7.1'],
  ['deflate-twice', 'It accepts permessage-deflate twice.', 'RFC 7692 §5.1'],
  [
    'deflate-window-lost',
    'It forgets what it got before each message, though the client refers to it.',
    'RFC 7692 §7.2.2',
  ],
  ['deflate-window-kept', 'It refers to messages before though it agreed not to.', 'RFC 7692 §7.1.1.1'],
  ['deflate-window-large', 'It refers back further than was agreed on.', 'RFC 7692 §7.1.2.1'],
  ['deflate-rsv1-missing', 'It sends compressed messages without RSV1.', 'RFC 7692 §6.1'],
  ['deflate-rsv1-everywhere', 'It sets RSV1 on every fragment of a compressed message.', 'RFC 7692 §6.1'],
  ['deflate-always', 'It inflates messages without RSV1 as well.', 'RFC 7692 §6.2'],
  ['deflate-per-fragment', 'It inflates every fragment by itself.', 'RFC 7692 §6.2'],
  ['deflate-empty', 'It fails on compressed messages that are empty.', 'RFC 7692 §7.2.3.6'],
  ['deflate-final', 'It fails on a block that says it is the last one.', 'RFC 7692 §7.2.3.4'],
  ['deflate-utf8', 'It does not look at the text in compressed messages.', 'RFC 6455 §8.1'],
  ['deflate-broken', 'It passes over what it cannot inflate.', 'RFC 7692 §7.2.2'],
] as const;

/** The name of a switch. */
export type SwitchName =
  | (typeof OPENING)[number][0]
  | (typeof FRAMES)[number][0]
  | (typeof ECHO)[number][0]
  | (typeof CLOSING)[number][0]
  | (typeof DEFLATE)[number][0];

/** The switches that are on. */
export type Broken = ReadonlySet<SwitchName>;

/** Every switch, in the order of the protocol. */
export const SWITCHES: readonly (Switch & { readonly name: SwitchName })[] = [
  ...OPENING,
  ...FRAMES,
  ...ECHO,
  ...CLOSING,
  ...DEFLATE,
].map(([name, breaks, section]) => ({
  name,
  breaks,
  section,
}));

/** The switch of this name; undefined when there is none. */
export function switchNamed(name: string): SwitchName | undefined {
  return SWITCHES.find((one) => one.name === name)?.name;
}
