// Host: where a thread that hangs stands, in the files and lines of its scripts.
import type { HangTrace } from "../../../boundary/host.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import { mapsOf, stackMapper } from "../../script/source-map.ts";
import { SILENT, threadStack } from "./thread-stack.ts";

/** Null if it cannot be known. Native frames, Node's and Parlor's are left out. */
export async function hangTrace(threadId: number, spec: HostSpec): Promise<HangTrace | null> {
  const stack = await threadStack(threadId);
  if (stack === null) return null;
  if (stack === SILENT) return { frames: [], isSilent: true };
  return { frames: scriptFrames(stack, spec), isSilent: false };
}

/** The frames of a stack as `spin (lib/spin.js:3:5)`, the innermost first. */
export function scriptFrames(stack: string, spec: HostSpec): string[] {
  const lines = stack.slice(0, LONGEST).split("\n");
  return stackMapper(mapsOf(spec))(lines.filter((line) => FRAME.test(line)))
    .filter((line) => !line.includes("<anonymous>"))
    .map((line) => line.replace(/^\s+at /, ""));
}

const FRAME = /^\s+at .*:\d+:\d+\)?$/;

/** Characters: a script can make the text of its stacks as long as it likes. */
const LONGEST = 20_000;
