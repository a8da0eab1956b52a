import { type Frame, fragments, frame, OPCODE } from '../frame.ts';
import type { ConformanceCase, SendStep, Step } from '../model.ts';
import { closes, defineCase, echoBinary, echoText, send, sendChopped } from '../steps.ts';
import { everyOctet, mixedText } from './samples.ts';

const SECTIONS = ['RFC 6455 §5.6', 'RFC 6455 §5.4'];
const KIB = 1_024;
const MIB = 1_024 * KIB;
/** Until a large message must be back. */
const ECHO_MS = 60_000;

/** Both types of message, with the last digit of the second number of their groups' first pair. */
const TYPES = [
  { name: 'text', opcode: OPCODE.TEXT, make: mixedText, echo: echoText },
  { name: 'binary', opcode: OPCODE.BINARY, make: everyOctet, echo: echoBinary },
] as const;
type MessageType = (typeof TYPES)[number];

/** A message of this size, written in this way, comes back with the same content. */
function largeCase(
  number: string,
  title: string,
  { make, echo }: MessageType,
  octets: number,
  write: (payload: Uint8Array) => SendStep,
): ConformanceCase {
  const steps = (): Step[] => {
    const payload = make(octets);
    return [write(payload), echo(payload, { withinMs: ECHO_MS }), ...closes()];
  };
  return defineCase(number, `a ${title} comes back`, SECTIONS, steps, { withinMs: 2 * ECHO_MS });
}

function whole({ opcode }: MessageType): (payload: Uint8Array) => Frame {
  return (payload) => frame(opcode, payload);
}

const SIZES = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB];
const FRAGMENT_SIZES = [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB];
const CHOPS = [64, 128, 256, 512, 1_024, 2_048];
/** Octets of each message, and how long all of them may take. */
const ROUND_TRIP_SIZES = [
  { octets: 0, withinMs: 60_000 },
  { octets: 16, withinMs: 60_000 },
  { octets: 64, withinMs: 60_000 },
  { octets: 256, withinMs: 120_000 },
  { octets: 1_024, withinMs: 240_000 },
  { octets: 4_096, withinMs: 480_000 },
];
const ROUND_TRIPS = 1_000;

/** Bytes with a unit: `64 octets`, `256 KiB`. */
function sized(octets: number): string {
  if (octets >= MIB) return `${octets / MIB} MiB`;
  return octets >= KIB ? `${octets / KIB} KiB` : `${octets} octets`;
}

function* roundTrips({ opcode, make, echo }: MessageType, octets: number): Generator<Step> {
  const payload = make(octets);
  for (let i = 0; i < ROUND_TRIPS; i++) {
    yield send(frame(opcode, payload));
    yield echo(payload);
  }
  yield* closes();
}

/** Group 9: large messages, small fragments, small writes and many messages, all compared octet by octet. */
export const LARGE: readonly ConformanceCase[] = TYPES.flatMap((type, t) => [
  ...SIZES.map((octets, i) =>
    largeCase(`9.${1 + t}.${i + 1}`, `${type.name} message of ${sized(octets)}`, type, octets, (payload) =>
      send(whole(type)(payload)),
    ),
  ),
  ...FRAGMENT_SIZES.map((size, i) =>
    largeCase(
      `9.${3 + t}.${i + 1}`,
      `${type.name} message of 4 MiB in fragments of ${sized(size)}`,
      type,
      4 * MIB,
      (payload) => send(...fragments(type.opcode, payload, size)),
    ),
  ),
  ...CHOPS.map((octets, i) =>
    largeCase(
      `9.${5 + t}.${i + 1}`,
      `${type.name} message of 1 MiB in writes of ${sized(octets)}`,
      type,
      MIB,
      (payload) => sendChopped(octets, whole(type)(payload)),
    ),
  ),
  ...ROUND_TRIP_SIZES.map(({ octets, withinMs }, i) =>
    defineCase(
      `9.${7 + t}.${i + 1}`,
      `${ROUND_TRIPS} ${type.name} messages of ${sized(octets)}, one at a time, come back`,
      SECTIONS,
      () => roundTrips(type, octets),
      { withinMs },
    ),
  ),
]);

/** Group 10: a message in fragments of a size that suits a network packet. */
export const PACKETS: readonly ConformanceCase[] = [
  defineCase('10.1.1', 'a text of 65536 octets in fragments of 1300 comes back', SECTIONS, () => [
    send(...fragments(OPCODE.TEXT, mixedText(65_536), 1_300)),
    echoText(mixedText(65_536)),
    ...closes(),
  ]),
];
