// Dialect: the form that a request brings.
import { BYTE_ENCODING, multipartParts } from "../../../boundary/text/multipart.ts";
import type { Platform } from "../../../host/api/platform.ts";

/** The fields and files of a form, in the order in which they came; names may be repeated. */
export interface BoltForm {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly UploadedFile[];
}

/** A file of a form, as programs see it, and its content. */
export interface UploadedFile {
  readonly about: {
    /** The file's name as the client sent it. */
    readonly name: string;
    /** The name of its field. */
    readonly field: string;
    /** Its content type. */
    readonly type: string;
    /** Bytes. */
    readonly size: number;
  };
  readonly bytes: Uint8Array;
}

/** Read once for each request. Without fields and files for a body that is not a form. */
export function boltFormOf(platform: FormParts, exchange: FormRequest): BoltForm {
  exchange.form ??= readForm(platform, exchange);
  return exchange.form;
}

/** A request with a body that may be a form. */
interface FormRequest {
  readonly body: Uint8Array;
  readonly header: (name: string) => string;
  form: BoltForm | null;
}

type FormParts = Pick<Platform, "encodings" | "web">;

function readForm({ encodings, web }: FormParts, { body, header }: FormRequest): BoltForm {
  const type = header("content-type");
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return { fields: web.parseQuery(encodings.decodeUtf8(body)), files: [] };
  }
  const bytesOf = (latin: string): Uint8Array => encodings.encode(latin, BYTE_ENCODING);
  const textOf = (latin: string): string => encodings.decodeUtf8(bytesOf(latin));
  const fields: (readonly [string, string])[] = [];
  const files: UploadedFile[] = [];
  for (const part of multipartParts(type, encodings.decode(body, BYTE_ENCODING, false) ?? "")) {
    const field = textOf(part.name ?? "");
    if (part.fileName === null) {
      if (part.name !== null) fields.push([field, textOf(part.content)]);
      continue;
    }
    const bytes = bytesOf(part.content);
    const [, contentType = DEFAULT_TYPE] = part.headers.find(([name]) => name === "content-type") ?? [];
    files.push({
      about: { name: textOf(part.fileName), field, type: contentType, size: bytes.length },
      bytes,
    });
  }
  return { fields, files };
}

/** Published: the type of a file that the client gives none for. */
const DEFAULT_TYPE = "application/octet-stream";
