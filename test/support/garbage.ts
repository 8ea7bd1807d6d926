import { Session } from "node:inspector/promises";

/** A flag of V8 would do it too, but it makes the compiled code of threads unusable for the files that run after this one. */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.collectGarbage");
  session.disconnect();
}
