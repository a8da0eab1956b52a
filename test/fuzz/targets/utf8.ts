import { isUtf8 } from 'node:buffer';
import { truncateUtf8, Utf8Validator } from '../../../src/codec/index.ts';
import { Dice } from '../../support/dice.ts';
import { concat, cutAtRandom, toHex, utf8 } from '../../support/wire.ts';
import { must, mustEqual, type Target } from '../target.ts';

const CHARACTERS = [
  'a',
  'é',
  '\u07ff',
  '\u0800',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10ffff}',
  '\0',
  'plain ascii text, long enough for whole words',
];
const SEQUENCES = [
  'c080',
  'c1bf',
  'e08080',
  'e09fbf',
  'eda080',
  'edbfbf',
  'f0808080',
  'f08fbfbf',
  'f4908080',
  'f7bfbfbf',
  '80',
  'bf',
  'fe',
  'ff',
  'e2',
  'e282',
  'f09f',
  'f09f98',
];

// Every way to finish a sequence that has begun.
const COMPLETIONS = ['', '80', 'a0', '90', '8080', 'a080', '9080', '808080', 'a08080', '908080'].map((digits) =>
  Buffer.from(digits, 'hex'),
);

/** An input is one byte that seeds the cut, then text or what looks like it. */
export const utf8Target: Target = {
  name: 'utf8',
  share: 5,
  dictionary: [...SEQUENCES.map((digits) => Buffer.from(digits, 'hex').toString('latin1')), 'é'],

  generate(dice) {
    const pieces = Array.from({ length: dice.below(12) }, () =>
      dice.chance(0.9) ? utf8(dice.pick(CHARACTERS)) : new Uint8Array(Buffer.from(dice.pick(SEQUENCES), 'hex')),
    );
    return concat(Uint8Array.of(dice.below(256)), ...pieces);
  },

  run(input, watch) {
    const bytes = input.subarray(1);
    const dice = new Dice(input[0] ?? 0);
    const validator = new Utf8Validator();
    const whole = watch.step(bytes.length, () => validator.push(bytes));
    const valid = whole && validator.complete;
    mustEqual(valid, isUtf8(bytes), 'valid as a whole');
    watch.count(valid ? 'accepted' : whole ? 'incomplete' : 'refused');

    validator.reset();
    let pushed = 0;
    for (const chunk of cutAtRandom(bytes, () => dice.unit())) {
      pushed += chunk.length;
      const accepted = validator.push(chunk);
      if (bytes.length <= 300)
        mustEqual(accepted, canGoOn(bytes.subarray(0, pushed)), `the first ${pushed} bytes accepted`);
      if (!accepted) break;
    }
    mustEqual(validator.complete, valid, 'valid in pieces');
    if (valid) mustTruncate(bytes, dice.below(bytes.length + 2));
  },
};

/** Whether these bytes begin some valid text. */
function canGoOn(bytes: Uint8Array): boolean {
  return COMPLETIONS.some((completion) => isUtf8(concat(bytes, completion)));
}

function mustTruncate(bytes: Uint8Array, most: number): void {
  const cut = truncateUtf8(bytes, most);
  must(cut.length <= most && isUtf8(cut), `truncated to ${toHex(cut)}`);
  mustEqual(toHex(cut), toHex(bytes.subarray(0, cut.length)), 'what is left');
  let longer = cut.length + 1;
  while (longer <= Math.min(most, bytes.length) && !isUtf8(bytes.subarray(0, longer))) longer++;
  must(longer > Math.min(most, bytes.length), `${longer} bytes would have been possible, not only ${cut.length}`);
}
