import { probe, type ProbeOptions } from "../../../src/load/probe/probe.ts";
import { TempApp } from "../temp-app.ts";

/** What a probe says about the scripts among these files. */
export async function probed(files: Record<string, string>, options: ProbeOptions = {}) {
  const app = new TempApp(files);
  const names = Object.keys(files).filter((name) => name.startsWith("ws/"));
  const scripts = await Promise.all(
    names.map(async (name) => ({ script: app.script(name), bundle: await app.bundle(name) })),
  );
  const shared = await app.shared(scripts.flatMap(({ bundle }) => bundle.shared));
  return probe(scripts, { shared, ...options });
}
