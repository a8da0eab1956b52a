/** Who is behind a connection. */
export interface Identity {
  /** The id of the user, which others see. */
  readonly user: string;
  /** The name that the token gives; undefined if the user chooses one. */
  readonly name: string | undefined;
  /** Whether it moderates every room. */
  readonly admin: boolean;
  /** When the token ends, in milliseconds since 1970; undefined without a token. */
  readonly expiresAt: number | undefined;
}
