import { refuseUnknown } from '../protocol/index.ts';

/** How one part of a message is sent. */
export interface PartOptions {
  /** True ends the message with this part. */
  readonly last: boolean;
}

/** What a piece of a message is that is received as it arrives. */
export interface MessagePart {
  /** Text is checked UTF-8, and a piece of it may end within a character. */
  readonly kind: 'text' | 'binary';
  /** True when the message ends with it. */
  readonly last: boolean;
}

/**
 * Whether a part is to end its message.
 *
 * @throws TypeError when the options do not say so, or one does not exist
 */
export function lastOf(options: PartOptions): boolean {
  refuseUnknown('sendPart', options, ['last']);
  const { last } = options;
  if (typeof last !== 'boolean') throw new TypeError('last must be true or false');
  return last;
}
