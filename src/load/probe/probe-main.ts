// Load: the entry of the probe thread, which evaluates each script once and reports its exports.
import { parentPort, workerData } from "node:worker_threads";
import { shapeOf } from "../../boundary/shape.ts";
import { stubGlobals } from "./stub-globals.ts";
import { compileScript } from "../../host/script/compile-script.ts";
import { converterFor } from "./json-schemas.ts";
import { notPlain } from "../../boundary/text/plain-data.ts";
import type { ProbeReport, ProbeWork, ThrownError } from "./probe-messages.ts";
import { SharedModules } from "../../host/script/shared-modules.ts";
import type { CompileSource } from "../../boundary/host-spec.ts";

/** Evaluates each script once on this thread and reports its exports. */
export async function runProbe(): Promise<void> {
  // Faults in the background do not matter here: the script's host will log them.
  process.on("uncaughtException", () => {});
  process.on("unhandledRejection", () => {});
  await probeAll(workerData as ProbeWork);
}

async function probeAll({ scripts, shared, config }: ProbeWork): Promise<void> {
  const names = [...scripts.map(({ source }) => source), ...shared].flatMap(({ uses }) => uses);
  const injected = stubGlobals(names);
  const modules = new SharedModules(shared, injected);
  for (const { name, source } of scripts) {
    report({ type: "started", name });
    try {
      const exported = await evaluate(name, source, { ...injected, __shared: modules.get }, modules);
      report(config ? configReport(name, exported["default"]) : await shapeReport(name, exported, source));
    } catch (error) {
      report({ type: "threw", name, error: thrown(error) });
    }
  }
}

async function evaluate(
  name: string,
  source: CompileSource,
  injected: Readonly<Record<string, unknown>>,
  modules: SharedModules,
): Promise<Record<string, unknown>> {
  if (modules.mustPrepare(source.shared)) {
    report({ type: "waiting", name });
    await modules.prepare(source.shared);
  }
  const compiled = compileScript(source);
  const packages = compiled.prepare();
  if (packages !== null) {
    report({ type: "waiting", name });
    await packages;
  }
  const exported = compiled.instantiate(injected);
  if (source.async) report({ type: "waiting", name });
  return exported;
}

async function shapeReport(
  name: string,
  exported: Readonly<Record<string, unknown>>,
  { file }: CompileSource,
): Promise<ProbeReport> {
  const convert = await converterFor(exported["messages"], file);
  return { type: "shape", name, shape: shapeOf(exported, convert) };
}

function configReport(name: string, value: unknown): ProbeReport {
  const found = notPlain(value);
  return found === null ? { type: "config", name, value } : { type: "notPlain", name, ...found };
}

function report(message: ProbeReport): void {
  parentPort?.postMessage(message);
}

function thrown(error: unknown): ThrownError {
  try {
    // null and undefined have no properties.
    const { name, message, stack } = Object(error) as Error;
    return {
      name: String(name ?? ""),
      message: String(message ?? String(error)),
      stack: String(stack ?? ""),
    };
  } catch {
    return { name: "", message: "something that cannot be read", stack: "" };
  }
}
