// Dialect: cookies of requests and responses (RFC 6265).
/** The value of a cookie in a `Cookie` header, percent-decoded; "" if there is none. */
export function cookieValue(header: string, name: string): string {
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return decoded(unquoted(pair.slice(at + 1).trim()));
  }
  return "";
}

/** A line of `Set-Cookie`. Characters of the value that would end it are percent-encoded. */
export function cookieLine(name: string, value: string, attributes: string): string {
  return `${name}=${encoded(value)}; ${attributes}`;
}

function unquoted(value: string): string {
  return /^".*"$/.test(value) ? value.slice(1, -1) : value;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

// Half of a surrogate pair cannot be encoded.
function encoded(value: string): string {
  const whole = value.replace(/[\uD800-\uDFFF]/gu, "\uFFFD");
  return whole.replace(/[^\x20-\x3a\x3c-\x7e]+/g, encodeURIComponent);
}
