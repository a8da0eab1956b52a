import type { Person } from './wire-types.ts';

/** Conversations and their lines, as the model of the chat keeps them and the views show them. Types only. */

/** A piece of a sentence: words of the page, or a name that somebody chose. */
export type Piece = string | { readonly name: string };

/** One line of a conversation. */
export type Line =
  | {
      readonly kind: 'said';
      readonly seq: number;
      readonly user: string;
      readonly name: string;
      /** Undefined once it was taken back. */
      text: string | undefined;
      readonly at: number;
      readonly own: boolean;
    }
  | { readonly kind: 'remark'; readonly seq?: number; readonly pieces: readonly Piece[]; readonly at: number }
  | {
      readonly kind: 'passage';
      readonly type: 'join' | 'leave';
      readonly names: readonly string[];
      readonly at: number;
    }
  | { readonly kind: 'gap'; readonly seq: number; readonly from: number; readonly at: number };

/** A room, or what was said between two. Its key is the name of the room, or `@` and the folded name of the other one. */
export interface Conversation {
  readonly key: string;
  readonly name: string;
  readonly isRoom: boolean;
  lines: Line[];
  /** Whether the server keeps older lines. */
  more: boolean;
  isLoading: boolean;
  unread: number;
  /** Whether this page is in the room. */
  isIn: boolean;
  /** Undefined when there are too many to be listed. */
  members: Map<string, Person> | undefined;
  count: number;
  owner: string;
  role: 'owner' | 'moderator' | 'member';
  isPrivate: boolean;
  slowMs: number;
}

/** What the model of the chat asks the views to draw anew. */
export interface Views {
  /** One more line at the end. */
  added(conversation: Conversation, line: Line): void;
  /** All lines of it; `older`: some were put before those that were there. */
  redrawn(conversation: Conversation, older: boolean): void;
  /** One line of it says something else. */
  changed(conversation: Conversation, line: Line): void;
  /** Which conversations there are, what is unread in them, who is there. */
  listed(): void;
}

/** Something that can be done, as a button says it. */
export interface Action {
  readonly label: string;
  readonly isGrave?: boolean;
  run(): void;
}
