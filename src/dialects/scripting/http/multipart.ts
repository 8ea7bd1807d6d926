// Dialect: forms with files, as browsers send them.
import { fromLatin, toLatin } from "../data/bytes-text.ts";
import type { Data } from "../data/data.ts";

/** The parts of a body of this content type; none for a body that is cut off, or of another type. */
export function parseMultipart(contentType: string, body: Uint8Array, makeData: MakeData): Part[] {
  const boundary = /^multipart\/form-data\b/i.test(contentType) ? BOUNDARY.exec(contentType) : null;
  if (boundary === null) return [];
  // A character for each byte: boundaries are found by text search, and contents come back unchanged.
  const text = `\r\n${toLatin(body)}`;
  const pieces = text.split(`\r\n--${boundary[1] ?? boundary[2] ?? ""}`);
  const end = pieces.findIndex((piece, at) => at > 0 && piece.startsWith("--"));
  return pieces.slice(1, end === -1 ? 1 : end).flatMap((piece) => partOf(piece, makeData));
}

/** One field or file of a form. */
export interface Part {
  readonly name: string | null;
  readonly fileName: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Data;
}

type MakeData = (bytes: Uint8Array) => Data;

const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i;

function partOf(piece: string, makeData: MakeData): Part[] {
  // The rest of the boundary's line is padding.
  const start = piece.indexOf("\r\n");
  const blank = piece.indexOf("\r\n\r\n");
  if (start < 0 || blank < 0) return [];
  const headers = headersOf(piece.slice(start, blank), makeData);
  const disposition = headers["content-disposition"] ?? "";
  const content = makeData(fromLatin(piece.slice(blank + 4)));
  return [
    {
      name: valueOf(disposition, "name"),
      fileName: valueOf(disposition, "filename"),
      headers,
      body: content,
    },
  ];
}

function headersOf(block: string, makeData: MakeData): Readonly<Record<string, string>> {
  const headers: [string, string][] = [];
  for (const line of block.split("\r\n")) {
    const at = line.indexOf(":");
    if (at > 0)
      headers.push([line.slice(0, at).trim().toLowerCase(), utf8(line.slice(at + 1).trim(), makeData)]);
  }
  return Object.fromEntries(headers);
}

function valueOf(header: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;]*))`, "i").exec(header);
  return found === null ? null : (found[1] ?? found[2] ?? "");
}

// Browsers send the names of fields and files as UTF-8.
function utf8(latin: string, makeData: MakeData): string {
  return makeData(fromLatin(latin))
    .toDecodedString()
    .replace(/^\ufeff/, "");
}
