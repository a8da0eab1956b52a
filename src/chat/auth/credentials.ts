/** Before a token in the list of subprotocols: `Sec-WebSocket-Protocol: ws101.chat.v1, ws101.bearer.<token>`. */
export const TOKEN_PROTOCOL_PREFIX = 'ws101.bearer.';

/** With what somebody says who it is. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'ticket'; readonly ticket: string };

/** The part of a request that credentials stand in. */
export interface CredentialSource {
  bearer(): string | undefined;
  readonly protocols: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * The credential of a request: the token of the `Authorization` field (RFC 6750 §2.1), else that in the list of subprotocols, else
 * the ticket in the query. A token in the query is never looked at: addresses are written to logs, and a ticket holds only once.
 */
export function credentialOf(request: CredentialSource): Credential | undefined {
  const offered = request.protocols.find((protocol) => protocol.startsWith(TOKEN_PROTOCOL_PREFIX));
  const token = request.bearer() ?? offered?.slice(TOKEN_PROTOCOL_PREFIX.length);
  if (token !== undefined) return { kind: 'token', token };
  const ticket = request.query.get('ticket');
  return ticket === null ? undefined : { kind: 'ticket', ticket };
}
