import { CHAT_LIMITS } from '../src/chat/limits.ts';
import { DEFLATE_DEFAULTS } from '../src/node/deflate-options.ts';
import { LIMITS } from '../src/node/limits.ts';
import { KEEPALIVE } from '../src/protocol/index.ts';
import { type LimitTable, tableOf } from './limit-table.ts';
import { ROOM_LIMIT_TABLES } from './room-limits.ts';

const ASSEMBLY = 'protocol/assembly.test.ts';
const SERVER = 'node/server-limits.test.ts';
const KEPT = 'protocol/keepalive.test.ts';

const ADDRESS = 'lets n in, answers 429 with Retry-After to n + 1, and lets the next in when one has gone';

/** Every frozen table of limits that the code exports. */
export const LIMIT_TABLES: readonly LimitTable[] = [
  tableOf(
    'A server and its connections',
    'an option of `WebSocketServer`, and what concerns one connection is one of a route and of a client, too',
    LIMITS,
    {
      requestLineBytes: {
        what: 'the request line, its line end not counted',
        unit: 'bytes',
        beyond: '414',
        section: 'RFC 9112 §3',
        tests: [[SERVER, 'let a request line of n bytes in, with its line end, and answer 414 to one of n + 1']],
      },
      headBytes: {
        what: 'the whole head of a request',
        unit: 'bytes',
        beyond: '431',
        section: 'RFC 6585 §5',
        tests: [[SERVER, 'let a head of n bytes in and answer 431 to one of n + 1']],
      },
      headers: {
        what: 'header fields; none is ever dropped',
        unit: '',
        beyond: '431',
        section: 'RFC 6585 §5',
        tests: [[SERVER, 'let n fields in and answer 431 to n + 1']],
      },
      handshakeTimeoutMs: {
        what: 'from the accepted connection to the answer, TLS included, however the bytes trickle in',
        unit: 'ms',
        beyond: '408',
        section: 'RFC 6455 §4.2',
        tests: [
          [SERVER, 'answers 408 after 10 s to a client that %s'],
          [
            'node/server-tls.test.ts',
            'the time for the request runs from the TCP connection on, not from the end of the TLS handshake',
          ],
        ],
      },
      earlyBytes: {
        what: 'bytes behind a head whose answer is still being decided',
        unit: 'bytes',
        beyond: 'not read before the decision',
        section: 'RFC 6455 §10.4',
        tests: [
          ['node/server-upgrade-hook.test.ts', 'keeps no more than a limit of it, and loses nothing all the same'],
        ],
      },
      lingerMs: {
        what: 'how long a client that was refused may take to go',
        unit: 'ms',
        beyond: 'the transport is cut',
        section: 'RFC 9112 §9.6',
        tests: [[SERVER, 'is cut off when it does not go within a second']],
      },
      maxConnections: {
        what: 'open sockets: handshakes, plain requests and connections together',
        unit: '',
        beyond: '503 with `Retry-After`',
        section: 'RFC 6455 §10.4',
        tests: [
          [SERVER, 'lets n in, answers 503 with Retry-After to n + 1, and lets the next in when one has gone'],
          [SERVER, 'counts sockets that have not finished their handshake'],
        ],
      },
      connectionsPerAddress: {
        what: 'of those, from one address; an IPv6 address counts by its /64. 100 in `ws101 chat`',
        unit: '',
        beyond: '429 with `Retry-After`',
        section: 'RFC 6455 §10.4',
        tests: [['node/address-limits.test.ts', ADDRESS]],
      },
      handshakesPerSecondPerAddress: {
        what: 'connections that one address may ask for in a second. 20 in `ws101 chat`',
        unit: '',
        beyond: '429 with `Retry-After`',
        section: 'RFC 6455 §10.4',
        tests: [
          [
            'node/address-limits.test.ts',
            'lets n in at once, answers 429 with Retry-After to n + 1, and gives them back evenly',
          ],
        ],
      },
      maxMessageBytes: {
        what: 'one message, after unmasking and decompression',
        unit: 'bytes',
        beyond: '1009',
        section: 'RFC 6455 §7.4.1',
        tests: [
          [ASSEMBLY, 'takes a message of %i bytes with a limit of 300'],
          [ASSEMBLY, 'refuses 301 bytes with 1009 on the header, before any payload'],
          [ASSEMBLY, 'refuses 1 MiB and one byte by default, and takes 1 MiB'],
          ['node/deflate-connection.test.ts', 'counts from the first byte over the limit: %i'],
        ],
      },
      maxFragments: {
        what: 'fragments of one message, empty ones counted',
        unit: '',
        beyond: '1008',
        section: 'RFC 6455 §10.4',
        tests: [
          [ASSEMBLY, 'takes %i fragments with a limit of 4, empty ones counted'],
          [ASSEMBLY, 'refuses a fifth fragment with 1008 on its header'],
          [ASSEMBLY, 'refuses the 1,025th fragment of a message by default'],
        ],
      },
      assemblyMs: {
        what: 'for one message to arrive, and 1 s more for each 16 KiB of it',
        unit: 'ms',
        beyond: '1008',
        section: 'RFC 6455 §10.4',
        tests: [
          [ASSEMBLY, 'is over at the limit, not before it'],
          [ASSEMBLY, 'grows by a second for each 16 KiB that arrived'],
        ],
      },
      partialMessageBytes: {
        what: 'unfinished messages of all connections together; at least 16 of the permitted size',
        unit: 'bytes',
        beyond: '1013 for the one that no longer fits',
        section: 'RFC 6455 §10.4',
        tests: [
          [ASSEMBLY, 'takes from the shared budget exactly to its limit'],
          [ASSEMBLY, 'refuses with 1013 only the connection that no longer fits'],
        ],
      },
      highWaterBytes: {
        what: 'queued bytes of a connection; drained is half of it',
        unit: 'bytes',
        beyond: "`send` answers `'pressured'`; a server reads nothing more from it",
        section: 'RFC 6455 §10.4',
        tests: [
          ['protocol/sender.test.ts', 'is ok up to the high-water mark, pressured above it, dropped from the cap on'],
          ['node/connection-send.test.ts', 'resolve when the queue is at half its high-water mark'],
        ],
      },
      sendQueueBytes: {
        what: 'queued bytes before a message; at least one permitted message',
        unit: 'bytes',
        beyond: "`send` answers `'dropped'`",
        section: 'RFC 6455 §10.4',
        tests: [
          ['protocol/sender.test.ts', 'is ok up to the high-water mark, pressured above it, dropped from the cap on'],
          ['protocol/sender.test.ts', 'never drops into an empty queue, however long the message is'],
        ],
      },
      pendingPongs: {
        what: 'pongs that wait to be written',
        unit: '',
        beyond: 'only the newest is kept',
        section: 'RFC 6455 §5.5.3',
        tests: [
          [KEPT, 'are sent one for each ping up to 16: %i'],
          [KEPT, 'are 16 and the newest when more pings come before the outbox is emptied'],
        ],
      },
      pingsPerWindow: {
        what: 'pings of the peer within `pingWindowMs`',
        unit: '',
        beyond: '1008',
        section: 'RFC 6455 §10.4',
        tests: [
          [KEPT, 'is refused with 1008 at the first ping over the limit'],
          [KEPT, 'is refused at the 1,001st ping by default'],
        ],
      },
      pingWindowMs: {
        what: 'the time in which pings are counted',
        unit: 'ms',
        beyond: 'counted anew',
        section: 'RFC 6455 §10.4',
        tests: [[KEPT, 'is none when the pings spread over two windows']],
      },
      closeTimeoutMs: {
        what: 'for the peer to finish the closing handshake',
        unit: 'ms',
        beyond: 'the transport is cut, 1006',
        section: 'RFC 6455 §7.1.1',
        tests: [['protocol/closing.test.ts', 'gives the peer its time to the millisecond, then ends alone']],
      },
    },
  ),
  tableOf('Keepalive', 'in the option `keepalive`, which may be `false`', KEEPALIVE, {
    intervalMs: {
      what: 'silence before a ping',
      unit: 'ms',
      beyond: 'a ping',
      section: 'RFC 6455 §5.5.2',
      tests: [[KEPT, 'sends a ping after the interval of silence, not before']],
    },
    timeoutMs: {
      what: 'silence behind that ping',
      unit: 'ms',
      beyond: 'the transport is cut, 1006',
      section: 'RFC 6455 §7.2.1',
      tests: [[KEPT, 'gives up after the time to answer, not before, and tells it as 1006 by this end']],
    },
  }),
  tableOf(
    'Compression',
    'in the option `deflate`; [compression.md](compression.md) has the other settings',
    { threshold: DEFLATE_DEFAULTS.threshold, budgetBytes: DEFLATE_DEFAULTS.budgetBytes },
    {
      threshold: {
        what: 'the shortest message that is compressed',
        unit: 'bytes',
        beyond: 'shorter ones go as they are',
        section: 'RFC 7692 §6.1',
        tests: [['node/deflate-extension.test.ts', 'leaves alone what is shorter than the threshold']],
      },
      budgetBytes: {
        what: 'the windows of all connections together',
        unit: 'bytes',
        beyond: 'offers are declined',
        section: 'RFC 7692 §5.1',
        tests: [
          [
            'node/deflate-extension.test.ts',
            'declines offers once it is spent, and takes them again when windows were given back',
          ],
        ],
      },
    },
  ),
  ...ROOM_LIMIT_TABLES,
  tableOf('The chat', 'fixed', CHAT_LIMITS, {
    maxMessageBytes: {
      what: 'one message of a client',
      unit: 'bytes',
      beyond: '1009',
      section: 'RFC 6455 §7.4.1',
      tests: [['chat/chat-server.test.ts', 'takes 16 KiB as a message, and closes with 1009 above']],
    },
    textBytes: {
      what: 'the text of one, as UTF-8',
      unit: 'bytes',
      beyond: 'an error answer',
      section: '',
      tests: [['chat/wire.test.ts', 'carries a text of 4,096 bytes of UTF-8, and none of 4,097']],
    },
    nameCodePoints: {
      what: 'the code points of a username, once normalised',
      unit: '',
      beyond: 'an error answer',
      section: '',
      tests: [['chat/username.test.ts', 'has at most 32 code points, counted after normalisation']],
    },
    tokenBytes: {
      what: 'a token',
      unit: 'bytes',
      beyond: 'an error answer',
      section: '',
      tests: [
        ['chat/v1/read-message.test.ts', 'has its limits, of pages, reasons, tokens and slow mode, and not one more'],
      ],
    },
    reasonBytes: {
      what: 'the reason that a moderator gives, as UTF-8',
      unit: 'bytes',
      beyond: 'an error answer',
      section: '',
      tests: [
        ['chat/v1/read-message.test.ts', 'has its limits, of pages, reasons, tokens and slow mode, and not one more'],
      ],
    },
    historyPage: {
      what: 'entries of a page of history, rooms of a page of the list, users of an answer to who',
      unit: '',
      beyond: 'an error answer',
      section: '',
      tests: [
        ['chat/v1/read-message.test.ts', 'has its limits, of pages, reasons, tokens and slow mode, and not one more'],
      ],
    },
    slowModeMs: {
      what: 'the pace of slow mode',
      unit: 'ms',
      beyond: 'an error answer',
      section: '',
      tests: [
        ['chat/v1/read-message.test.ts', 'has its limits, of pages, reasons, tokens and slow mode, and not one more'],
      ],
    },
    jsonDepth: {
      what: 'how deep JSON nests',
      unit: '',
      beyond: 'an error answer',
      section: '',
      tests: [['chat/wire.test.ts', 'nests four levels and no more']],
    },
    refusals: {
      what: 'error answers within `refusalSpanMs`',
      unit: '',
      beyond: '1008',
      section: 'RFC 6455 §7.4.1',
      tests: [
        [
          'chat/chat-refusals.test.ts',
          'close the connection with 1008, the fiftieth being answered, and its rooms hear that it left',
        ],
      ],
    },
    refusalSpanMs: {
      what: 'the time in which they are counted',
      unit: 'ms',
      beyond: 'counted anew',
      section: '',
      tests: [['chat/chat-refusals.test.ts', 'spread over more than that are borne']],
    },
    announcedNames: {
      what: 'usernames that one announcement lists',
      unit: '',
      beyond: 'the others are only counted',
      section: '',
      tests: [['chat/chat-announcements.test.ts', 'a batch lists a hundred names and counts them all']],
    },
    highWaterBytes: {
      what: 'queued bytes above which nothing more is read from a connection',
      unit: 'bytes',
      beyond: 'its own messages wait',
      section: 'RFC 6455 §10.4',
      tests: [['chat/chat.test.ts', 'is only noted while it is merely behind']],
    },
    sendQueueBytes: {
      what: 'queued bytes of a connection',
      unit: 'bytes',
      beyond: '1013',
      section: 'RFC 6455 §10.4',
      tests: [['chat/chat.test.ts', 'is closed with 1013 when its queue is full, leaves its rooms, and delays nobody']],
    },
  }),
];
