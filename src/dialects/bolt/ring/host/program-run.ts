// Dialect: what the built-in functions of Ring use of the server in which their program runs.
import type { ScriptContext } from "../../../../host/api/dialect.ts";
import { AppFiles } from "../library/files/app-files.ts";
import type { RingRun } from "../runtime/builtin.ts";
import { toBytes, toText } from "../runtime/bytes.ts";

/** The time is the host's; local time is that of the machine. */
export function programRun({ platform }: Pick<ScriptContext, "platform">, write: RingRun["write"]): RingRun {
  const { clock, files } = platform;
  return {
    decimals: 2,
    clock: { now: () => clock.now(), offset: (time) => -new Date(time).getTimezoneOffset() },
    files: files.folders.length === 0 ? null : new AppFiles(files),
    write,
    random: () => Math.random(),
    environment: (name) => toBytes(environment()[toText(name)] ?? ""),
  };
}

// A host's own environment, as its scripts see it.
function environment(): Readonly<Record<string, string | undefined>> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}
