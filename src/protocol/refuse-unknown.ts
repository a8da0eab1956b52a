/**
 * Refuses a mistyped option, which would be a missing one.
 *
 * @param what whose options they are, for the error
 * @param known the names that there are
 * @throws TypeError that names an option which does not exist
 */
export function refuseUnknown(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new TypeError(`${what} has no option "${name}"; it has ${[...known].sort().join(', ')}`);
    }
  }
}
