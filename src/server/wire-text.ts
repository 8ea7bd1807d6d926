/** Turns Node's raw header list into one string, a header a line, names in lower case: what a handshake keeps. */
export function headerLines(raw: readonly string[]): string {
  let lines = "";
  for (let at = 0; at + 1 < raw.length; at += 2) {
    lines += `${raw[at]!.toLowerCase()}: ${raw[at + 1]!}\n`;
  }
  return lines;
}

/** An IPv4 address that comes wrapped as IPv6 is shown as what it is. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return "";
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
