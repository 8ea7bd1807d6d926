// Dialect: which version of STOMP a client and the server speak.
import { StompError } from "./stomp-error.ts";
import type { StompVersion } from "./stomp-frame.ts";

/** The latest version that the client accepts. Published: a client that names none speaks 1.0. */
export function negotiatedVersion(accepted: string | undefined): StompVersion {
  if (accepted === undefined) return "1.0";
  const named = accepted.split(",").map((version) => version.trim());
  for (const version of VERSIONS) if (named.includes(version)) return version;
  throw new StompError(
    `accept-version is ${JSON.stringify(accepted)}, and the server speaks ${VERSIONS.toReversed().join(", ")}`,
    `send accept-version:${VERSIONS.toReversed().join(",")}`,
  );
}

const VERSIONS: readonly StompVersion[] = ["1.2", "1.1", "1.0"];
