// Front: the paths and ports that a program serves.
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { Listeners } from "./listeners.ts";
import type { RouteClaims } from "./route-claims.ts";

/** The paths that a program has claimed on the server's port, and the ports that it has opened itself. */
export function pathsOf(script: ScriptKey, claims: RouteClaims, { leases }: Listeners): ProgramPath[] {
  const claimed = claims.leases.all.get(script)?.value ?? [];
  const ports = [...leases.all].filter(([, { value }]) => value.script === script);
  return [
    ...claimed.map(({ kind, pattern }) => ({ kind, pattern, port: null })),
    ...ports.map(([{ port }]) => ({ kind: "ws" as const, pattern: "/", port })),
  ];
}

export interface ProgramPath {
  readonly kind: "ws" | "http";
  readonly pattern: string;
  /** The program's own port; null for the server's. */
  readonly port: number | null;
}
