// Boundary: forms with files as browsers send them (RFC 7578), as text with a character for each byte.
/** The parts of a body of this content type; none for a body that is cut off, of another type, or of too many parts. */
export function multipartParts(contentType: string, body: string): MultipartPart[] {
  const boundary = /^multipart\/form-data\b/i.test(contentType) ? BOUNDARY.exec(contentType) : null;
  if (boundary === null) return [];
  // Text before the first boundary, the parts, and the mark of the end.
  const pieces = `\r\n${body}`.split(`\r\n--${boundary[1] ?? boundary[2] ?? ""}`, MOST_FIELDS + 2);
  const end = pieces.findIndex((piece, at) => at > 0 && piece.startsWith("--"));
  return pieces.slice(1, end === -1 ? 1 : end).flatMap(partOf);
}

/** One field or file of a form. Each character of its texts is a byte, also in UTF-8. */
export interface MultipartPart {
  /** Names in lower case, with their values. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The name of the field; null if the part has none. */
  readonly name: string | null;
  /** The name of the file; null for a field without one. */
  readonly fileName: string | null;
  readonly content: string;
}

/** The most fields of a form that are read: one request with millions of them would keep a script busy for seconds. */
export const MOST_FIELDS = 10_000;

/** The name of the encoding that has a character for each byte. Others of that kind are converted by a table, far slower. */
export const BYTE_ENCODING = "binary";

/** Bytes of a part's headers; a part with more is left out. */
const MOST_HEADERS = 16_384;

const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i;

function partOf(piece: string): MultipartPart[] {
  // The rest of the boundary's line is padding.
  const start = piece.indexOf("\r\n");
  const blank = piece.indexOf("\r\n\r\n");
  if (start < 0 || blank < 0 || blank > MOST_HEADERS) return [];
  const headers = piece.slice(start, blank).split("\r\n").flatMap(headerOf);
  const disposition = headers.findLast(([name]) => name === "content-disposition")?.[1] ?? "";
  const values = valuesOf(disposition);
  const [name = null, fileName = null] = [values.get("name"), values.get("filename")];
  return [{ headers, name, fileName, content: piece.slice(blank + 4) }];
}

function headerOf(line: string): (readonly [name: string, value: string])[] {
  const at = line.indexOf(":");
  return at > 0 ? [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]] : [];
}

/** The values of a header, by their names in lower case. A value in quotes may have any character. */
function valuesOf(header: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of header.matchAll(VALUE)) {
    const key = name.toLowerCase();
    if (!values.has(key)) values.set(key, quoted?.replaceAll('\\"', '"') ?? plain);
  }
  return values;
}

// A backslash is an escape only before a quote: some clients send paths of Windows.
const VALUE = /;\s*([^\s;="]+)=(?:"((?:\\"|[^"])*)"|([^\s;]*))/g;
