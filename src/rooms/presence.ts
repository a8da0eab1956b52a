/** A user as others see it. Several connections of one user are one attendee. */
export interface Attendee {
  /** The id of the user: equal for all connections of one user, on all nodes. */
  readonly user: string;
  /** The name to show. */
  readonly name: string;
}

/** Who came to a node's part of a room and who left it; somebody who came under a new name is in `joined` alone. */
export interface PresenceChange {
  readonly joined: readonly Attendee[];
  /** Ids of users. */
  readonly left: readonly string[];
}

/** Everybody in one node's part of a room. */
export interface PresenceOfNode {
  readonly node: string;
  readonly attendees: readonly Attendee[];
}
