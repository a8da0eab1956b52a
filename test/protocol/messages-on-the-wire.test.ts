import { Opcode } from '../../src/codec/index.ts';
import { describeMessages } from '../support/message-vectors.ts';

const { TEXT, BINARY, PONG, CLOSE } = Opcode;

describeMessages('RFC 6455 §5.6, whole messages', [
  // @rfc 6455-5.4-5 6455-6.2-1 6455-6.2-3 7692-6.2-2
  { requirement: 'text arrives as a string', wire: [['81 05', '48656c6c6f']], events: [['text', 'Hello']] },
  // @rfc 6455-6.2-3
  { requirement: 'binary arrives as bytes', wire: [['82 03', '00ff80']], events: [['binary', '00ff80']] },
  { requirement: 'an empty text is a message', wire: [['81 00']], events: [['text', '']] },
  { requirement: 'an empty binary message is a message', wire: [['82 00']], events: [['binary', '']] },
  {
    // @rfc 6455-6.2-4
    requirement: 'messages come in the order in which they were sent',
    wire: [['81 01', '61'], ['82 01', '62'], ['81 00'], ['81 01', '63']],
    events: [
      ['text', 'a'],
      ['binary', '62'],
      ['text', ''],
      ['text', 'c'],
    ],
  },
  {
    requirement: 'a byte order mark is part of the text',
    wire: [['81 04', 'efbbbf61']],
    events: [['text', '\ufeffa']],
  },
  {
    requirement: 'text may be asked for as bytes',
    wire: [
      ['81 02', 'c3a4'],
      ['01 01', 'c3'],
      ['80 01', 'b6'],
    ],
    events: [
      ['binary', 'c3a4'],
      ['binary', 'c3b6'],
    ],
    options: { textAs: 'bytes' },
  },
]);

describeMessages('RFC 6455 §5.4, fragments', [
  {
    // @rfc 6455-5.4-2 6455-5.4-5 6455-5.4-10 6455-6.2-3
    requirement: 'two fragments are one message',
    wire: [
      ['01 03', '48656c'],
      ['80 02', '6c6f'],
    ],
    events: [['text', 'Hello']],
  },
  {
    requirement: 'fragments of one byte each are one message',
    wire: [
      ['02 01', '01'],
      ['00 01', '02'],
      ['00 01', '03'],
      ['80 01', '04'],
    ],
    events: [['binary', '01020304']],
  },
  {
    requirement: 'empty fragments count for nothing in the message',
    wire: [['02 00'], ['00 00'], ['00 02', 'aabb'], ['00 00'], ['80 00']],
    events: [['binary', 'aabb']],
  },
  { requirement: 'empty fragments alone are an empty text', wire: [['01 00'], ['80 00']], events: [['text', '']] },
  {
    requirement: 'empty fragments alone are an empty binary message',
    wire: [['02 00'], ['00 00'], ['80 00']],
    events: [['binary', '']],
  },
  {
    // @rfc 6455-5.6-1
    requirement: 'a character may be cut between fragments',
    wire: [['01 01', 'f0'], ['00 02', '9f98'], ['00 00'], ['80 01', '80']],
    events: [['text', '😀']],
  },
  {
    // @rfc 6455-6.2-4
    requirement: 'a second fragmented message begins afresh',
    wire: [
      ['01 01', '61'],
      ['80 01', '62'],
      ['02 01', 'ff'],
      ['80 01', 'fe'],
    ],
    events: [
      ['text', 'ab'],
      ['binary', 'fffe'],
    ],
  },
  {
    // @rfc 6455-5.4-10
    requirement: 'a continuation without a beginning is refused',
    wire: [['80 01', '61']],
    violation: 'continuation-unexpected',
  },
  {
    requirement: 'a continuation behind a whole message is refused',
    wire: [['81 01', '61'], ['00 00']],
    events: [['text', 'a']],
    violation: 'continuation-unexpected',
  },
  {
    // @rfc 6455-5.4-3
    requirement: 'a new message inside an unfinished one is refused, and the unfinished one is forgotten',
    wire: [
      ['01 01', '61'],
      ['81 01', '62'],
    ],
    violation: 'message-interleaved',
  },
]);

describeMessages('RFC 6455 §5.4, §5.5, control frames between fragments', [
  {
    // @rfc 6455-5.4-4 6455-5.5.2-2 6455-6.2-2
    requirement: 'a ping is answered before the message is complete',
    wire: [
      ['01 01', '61'],
      ['89 02', '0102'],
      ['80 01', '62'],
    ],
    events: [['text', 'ab']],
    answers: [[PONG, '0102']],
  },
  {
    requirement: 'a pong is told in its place',
    wire: [['02 01', '61'], ['8a 01', '07'], ['00 00'], ['8a 00'], ['80 01', '62']],
    events: [
      ['pong', '07'],
      ['pong', ''],
      ['binary', '6162'],
    ],
  },
  {
    // @rfc 6455-5.4-4
    requirement: 'a close frame ends an unfinished message',
    wire: [
      ['01 01', '61'],
      ['88 02', '03e8'],
      ['80 01', '62'],
    ],
    answers: [[CLOSE, '03e8']],
    ended: { code: 1000, reason: '', clean: true, by: 'remote' },
  },
  {
    requirement: 'control frames between the pieces of a character do not disturb it',
    wire: [
      ['01 01', 'c3'],
      ['89 01', 'ff'],
      ['80 01', 'bc'],
    ],
    events: [['text', 'ü']],
    answers: [[PONG, 'ff']],
  },
]);

describeMessages('RFC 6455 §5.5.2, §5.5.3, pings and pongs', [
  { requirement: 'an empty ping gets an empty pong', wire: [['89 00']], answers: [[PONG, '']] },
  {
    // @rfc 6455-5.5.2-1
    requirement: 'a ping of 125 bytes gets a pong of the same bytes',
    wire: [['89 7d', 'ab'.repeat(125)]],
    answers: [[PONG, 'ab'.repeat(125)]],
  },
  {
    requirement: 'a ping of 126 bytes is refused',
    wire: [['89 7e 007e', 'ab'.repeat(126)]],
    violation: 'control-too-long',
  },
  {
    requirement: 'pings are answered in their order',
    wire: [['89 01', '01'], ['89 01', '02'], ['82 00'], ['89 01', '03']],
    events: [['binary', '']],
    answers: [
      [PONG, '01'],
      [PONG, '02'],
      [PONG, '03'],
    ],
  },
  {
    requirement: 'a pong that nobody asked for is only told',
    wire: [['8a 03', '010203']],
    events: [['pong', '010203']],
  },
  { requirement: 'a fragmented ping is refused', wire: [['09 00']], violation: 'control-fragmented' },
]);

describeMessages('RFC 6455 §8.1, text that is not UTF-8', [
  // @rfc 6455-8.1-1
  { requirement: 'a stray byte', wire: [['81 01', 'ff']], violation: 'text-not-utf8' },
  { requirement: 'an overlong form', wire: [['81 02', 'c0af']], violation: 'text-not-utf8' },
  { requirement: 'a surrogate', wire: [['81 03', 'eda080']], violation: 'text-not-utf8' },
  { requirement: 'a code point above U+10FFFF', wire: [['81 04', 'f4908080']], violation: 'text-not-utf8' },
  // @rfc 6455-5.6-1
  { requirement: 'a character that is cut off at the end', wire: [['81 02', '61e2']], violation: 'text-not-utf8' },
  {
    // @rfc 6455-5.6-1
    requirement: 'a character that is cut off at the end of the last fragment',
    wire: [
      ['01 01', 'e2'],
      ['80 01', '82'],
    ],
    violation: 'text-not-utf8',
  },
  {
    requirement: 'a character that is cut off before an empty last fragment',
    wire: [['01 01', 'e2'], ['80 00']],
    violation: 'text-not-utf8',
  },
  {
    requirement: 'is refused in text that is asked for as bytes, too',
    wire: [['81 01', '80']],
    violation: 'text-not-utf8',
    options: { textAs: 'bytes' },
  },
  { requirement: 'is no matter in a binary message', wire: [['82 02', 'c0af']], events: [['binary', 'c0af']] },
  {
    requirement: 'is looked for in the fragment that has it, and a bad one is not joined to what follows',
    wire: [['01 02', '61ff'], ['80 00']],
    violation: 'text-not-utf8',
  },
]);

describeMessages('RFC 6455 §5.1, §5.2, frames that no message may have', [
  { requirement: 'a reserved bit without an extension', wire: [['c1 00']], violation: 'reserved-bit' },
  { requirement: 'a reserved data opcode', wire: [['83 00']], violation: 'reserved-opcode' },
  { requirement: 'a reserved control opcode', wire: [['8b 00']], violation: 'reserved-opcode' },
  {
    requirement: 'a length in more bytes than it needs',
    wire: [['82 7e 0002', '6869']],
    violation: 'length-not-minimal',
  },
  { requirement: 'a length with its top bit set', wire: [['82 7f 8000000000000001']], violation: 'length-top-bit' },
  { requirement: 'a length of all ones', wire: [['82 7f ffffffffffffffff']], violation: 'length-top-bit' },
  { requirement: 'a length of 2^63-1', wire: [['82 7f 7fffffffffffffff']], violation: 'message-too-big' },
  { requirement: 'a length of 2^53', wire: [['82 7f 0020000000000000']], violation: 'message-too-big' },
  { requirement: 'a length of 2^32', wire: [['82 7f 0000000100000000']], violation: 'message-too-big' },
  { requirement: 'a length of 2^31', wire: [['82 7f 0000000080000000']], violation: 'message-too-big' },
  {
    requirement: 'fragments that together pass 2^53',
    wire: [['02 01', 'aa'], ['80 7f 001fffffffffffff']],
    violation: 'message-too-big',
  },
  {
    requirement: 'an illegal frame behind legal ones lets these through',
    wire: [['81 01', '61'], ['82 00'], ['f3 00']],
    events: [
      ['text', 'a'],
      ['binary', ''],
    ],
    violation: 'reserved-opcode',
  },
]);

describeMessages('RFC 6455 §5.4, messages in parts', [
  {
    requirement: 'whole frames of a fragmented binary message end with a last part',
    wire: [['02 00'], ['80 00']],
    events: [['part', BINARY, '', true]],
    options: { inParts: true },
  },
  {
    requirement: 'an empty text is one empty last part',
    wire: [['81 00']],
    events: [['part', TEXT, '', true]],
    options: { inParts: true },
  },
  {
    requirement: 'a bad byte in text is refused',
    wire: [['81 01', 'ff']],
    violation: 'text-not-utf8',
    options: { inParts: true },
  },
  {
    requirement: 'pings are answered meanwhile',
    wire: [['02 00'], ['89 01', '05'], ['80 00']],
    events: [['part', BINARY, '', true]],
    answers: [[PONG, '05']],
    options: { inParts: true },
  },
]);

describeMessages('RFC 6455 §5.5.1, §7.4, close frames', [
  {
    requirement: 'an empty one is answered with an empty one and counts as 1005',
    wire: [['88 00']],
    answers: [[CLOSE, '']],
    ended: { code: 1005, reason: '', clean: true, by: 'remote' },
  },
  {
    // @rfc 6455-5.5.1-4 6455-5.5.1-5
    requirement: 'its code and reason are echoed',
    wire: [['88 05', '0fa0 c3bc 21']],
    answers: [[CLOSE, '0fa0 c3bc 21']],
    ended: { code: 4000, reason: 'ü!', clean: true, by: 'remote' },
  },
  {
    requirement: 'a reason of 123 bytes is taken',
    wire: [['88 7d', `03e8${'61'.repeat(123)}`]],
    answers: [[CLOSE, `03e8${'61'.repeat(123)}`]],
    ended: { code: 1000, reason: 'a'.repeat(123), clean: true, by: 'remote' },
  },
  { requirement: 'a payload of one byte is refused', wire: [['88 01', '03']], violation: 'close-payload-truncated' },
  {
    requirement: 'a reason of 123 bytes that is not UTF-8 is refused',
    wire: [['88 7d', `03e8${'c3'.repeat(123)}`]],
    violation: 'close-reason-not-utf8',
  },
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map((code) => ({
    requirement: `the code ${code} is refused`,
    wire: [['88 02', code.toString(16).padStart(4, '0')]] as const,
    violation: 'close-code-invalid',
  })),
  {
    // @rfc 6455-5.5.2-1 6455-7.1.1-1
    requirement: 'data, pings and further close frames behind it are discarded',
    wire: [['81 01', '61'], ['88 02', '03e9'], ['81 01', '62'], ['89 00'], ['88 02', '03e8'], ['ff ff']],
    events: [['text', 'a']],
    answers: [[CLOSE, '03e9']],
    ended: { code: 1001, reason: '', clean: true, by: 'remote' },
  },
  {
    // @rfc 6455-5.5.2-1
    requirement: 'a ping before it is still answered',
    wire: [['89 01', '01'], ['88 00']],
    answers: [
      [PONG, '01'],
      [CLOSE, ''],
    ],
    ended: { code: 1005, reason: '', clean: true, by: 'remote' },
  },
  {
    // @rfc 6455-7.1.7-4
    requirement: 'behind a violation nothing is looked at, not even a close frame',
    wire: [['83 00']],
    violation: 'reserved-opcode',
  },
  { requirement: 'no frame at all is 1006', wire: [] },
  { requirement: 'half a frame is 1006', wire: [['82 05', '01']] },
  { requirement: 'half a ping is 1006 and gets no pong', wire: [['89 05', '01']], answers: [] },
]);
