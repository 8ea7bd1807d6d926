// Load: reads the app's .env file.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ParlorError } from "../../boundary/errors.ts";

/**
 * The variables of an app's `.env` file; none when the file does not exist. The real environment wins: set only the
 * variables that it lacks.
 */
export async function readEnvFile(dir: string): Promise<Record<string, string>> {
  const file = join(dir, ".env");
  try {
    const text = await readFile(file, "utf8");
    // Older versions of Node keep carriage returns and the byte order mark.
    const plain = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
    return Object.assign(Object.create(null) as Record<string, string>, parseEnv(plain));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return {};
    throw new ParlorError("PARLOR_ENV_FILE", { file, reason: code ?? String(error) });
  }
}

/** The variables of `.env` that the real environment does not set already. */
export function missingFrom(
  environment: Readonly<Record<string, string | undefined>>,
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => environment[name] === undefined));
}
