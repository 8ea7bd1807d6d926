// Load: the JSON Schemas of a script's contract, by the converter of the library that the app uses.
import { pathToFileURL } from "node:url";
import { isRecord } from "../../boundary/checks.ts";
import {
  isContract,
  plainSchema,
  standardJsonSchema,
  type Convert,
} from "../../boundary/contract/contract-shape.ts";
import { isStandardSchema, type StandardSchema } from "../../boundary/contract/standard-schema.ts";
import { resolveImport } from "../../host/script/imports/resolve-import.ts";

/**
 * Returns what converts the schemas of a contract: the interface Standard JSON Schema, or else the converter of the
 * schema's own library, if it is installed for the script. Null for exports without a contract.
 */
export async function converterFor(messages: unknown, file: string): Promise<Convert | undefined> {
  if (!isContract(messages)) return undefined;
  const lacking = schemasIn(messages).filter((schema) => standardJsonSchema(schema) === null);
  const vendors = new Set(lacking.map((schema) => schema["~standard"].vendor));
  const converters = new Map<string, (schema: unknown) => unknown>();
  for (const vendor of vendors) {
    const convert = await libraryConverter(vendor, file);
    if (convert !== null) converters.set(vendor, convert);
  }
  return (schema) =>
    standardJsonSchema(schema) ?? converted(schema, converters.get(schema["~standard"].vendor));
}

function converted(
  schema: StandardSchema,
  convert: ((schema: unknown) => unknown) | undefined,
): ReturnType<Convert> {
  try {
    return plainSchema(convert?.(schema));
  } catch {
    return null; // a schema that JSON cannot express, such as one of a function
  }
}

function schemasIn(value: unknown, depth = 0): StandardSchema[] {
  if (isStandardSchema(value)) return [value];
  if (!isRecord(value) || depth > DEEPEST) return [];
  return Object.values(value).flatMap((part) => schemasIn(part, depth + 1));
}

async function libraryConverter(
  vendor: string,
  file: string,
): Promise<((schema: unknown) => unknown) | null> {
  const known = CONVERTERS[vendor];
  if (known === undefined) return null;
  try {
    const found = (await import(pathToFileURL(resolveImport(known.module, file)).href)) as Record<
      string,
      unknown
    >;
    const convert = found[known.name];
    return typeof convert === "function" ? (schema) => (convert as Converter)(schema, known.options) : null;
  } catch {
    return null; // it is not installed
  }
}

type Converter = (schema: unknown, options: object) => unknown;

const CONVERTERS: Readonly<Record<string, { module: string; name: string; options: object }>> = {
  zod: { module: "zod", name: "toJSONSchema", options: { io: "input" } },
  valibot: { module: "@valibot/to-json-schema", name: "toJsonSchema", options: { typeMode: "input" } },
};

/** `messages`, a direction, a name, and a side of a call. */
const DEEPEST = 4;
