// Dialect: forms with files, as browsers send them.
import { BYTE_ENCODING, multipartParts, type MultipartPart } from "../../../boundary/text/multipart.ts";
import type { TextEncodings } from "../../../host/api/platform.ts";
import type { Data } from "../data/data.ts";

/** The parts of a body of this content type; none for a body that is cut off, or of another type. */
export function parseMultipart(contentType: string, body: Uint8Array, tools: PartTools): Part[] {
  const text = tools.encodings.decode(body, BYTE_ENCODING, false) ?? "";
  return multipartParts(contentType, text).map((part) => partOf(part, tools));
}

/** One field or file of a form. Two published documents name its fields differently, so it has both names. */
export interface Part {
  readonly name: string | null;
  /** Without folders, which a client could use to lead a script elsewhere. */
  readonly filename: string | null;
  readonly fileName: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Data;
  readonly body: Data;
}

/** What makes the texts and the contents of parts. */
export interface PartTools {
  readonly encodings: TextEncodings;
  readonly makeData: (bytes: Uint8Array) => Data;
}

function partOf(
  { headers, name, fileName, content }: MultipartPart,
  { encodings, makeData }: PartTools,
): Part {
  const bytes = (text: string): Uint8Array => encodings.encode(text, BYTE_ENCODING);
  // Browsers send the names of fields and files as UTF-8.
  const utf8 = (text: string): string => encodings.decodeUtf8(bytes(text)).replace(/^\ufeff/, "");
  const data = makeData(bytes(content));
  const filename = fileName === null ? null : fileNameOf(utf8(fileName));
  const decoded = headers.map(([header, value]) => [header, utf8(value)] as const);
  const names = { name: name === null ? null : utf8(name), filename, fileName: filename };
  return { ...names, headers: Object.fromEntries(decoded), data, body: data };
}

// Some clients send a whole path, of their own system. `..` is not a file's name either.
function fileNameOf(path: string): string {
  const name = path.split(/[/\\]/).at(-1) ?? "";
  return name === "." || name === ".." ? "" : name;
}
