/** What each group is about, by what stands before the first dot of its numbers, in the order of the reports. */
export const GROUPS: ReadonlyMap<string, string> = new Map([
  ['1', 'messages'],
  ['2', 'pings and pongs'],
  ['3', 'reserved bits'],
  ['4', 'reserved opcodes'],
  ['5', 'fragments'],
  ['6', 'UTF-8'],
  ['7', 'closing'],
  ['9', 'large and many messages'],
  ['10', 'fragments of packet size'],
  ['12', 'compressed messages of every kind'],
  ['13', 'compressed messages on every term'],
  ['H', 'opening handshake'],
  ['F', 'framing'],
  ['S', 'cuts of the stream'],
  ['L', 'limits and floods'],
  ['D', 'agreement on compression'],
]);
