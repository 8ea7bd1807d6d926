// Dialect: evaluates a Bolt program that is written in Ring.
import { isPromiseLike } from "../../../../boundary/checks.ts";
import type { Instance, ScriptContext } from "../../../../host/api/dialect.ts";
import type { IgnoredSetting } from "../../api/not-in-parlor.ts";
import { ringLibrary } from "../library/library.ts";
import { RingProgram } from "../program/ring-program.ts";
import { boltClass, type BoltNames } from "./bolt-class.ts";
import { OutputLines } from "./output-lines.ts";
import { programRun } from "./program-run.ts";
import { readable } from "./readable-error.ts";
import { RingCallbacks } from "./ring-callbacks.ts";

/** Whether a program is written in Ring, by the name of its file. */
export function isRing(name: string): boolean {
  return /\.ring$/i.test(name);
}

/** Evaluates the program. `names`: what Bolt has for programs in JavaScript. What the program writes goes to its log. */
export function evaluateRing(script: ScriptContext, names: BoltNames): Instance | Promise<Instance> {
  const output = new OutputLines((line) => script.log(line));
  const program = new RingProgram(programRun(script, output.write), ringLibrary());
  const callbacks = new RingCallbacks(program, () => output.flush());
  const onIgnored = (name: string, value: string): void =>
    script.warn("PARLOR_SETTING_IGNORED", { name, value });
  const onSetting = once<IgnoredSetting>(({ call, instead }) =>
    script.warn("PARLOR_SETTING_ABSENT", { call, instead }),
  );
  program.defineClass(boltClass(names, { callbacks, onIgnored, onSetting }));
  setBolt(program);
  const finish = (instance: Instance): Instance => {
    output.flush();
    for (const problem of callbacks.problems()) script.warn("PARLOR_HANDLER_NAME/callback", problem);
    return instance;
  };
  try {
    const made = script.instantiate({ $ring: program }, null);
    return isPromiseLike(made) ? made.then(finish) : finish(made);
  } catch (error) {
    output.flush();
    throw readable(error);
  }
}

/** The same, but only once for each value. */
function once<T>(run: (value: T) => void): (value: T) => void {
  const known = new Set<T>();
  return (value) => {
    if (!known.has(value)) run(value);
    known.add(value);
  };
}

// All programs say `$bolt`, whatever they call their own object.
function setBolt(program: RingProgram): void {
  const bolt = program.classes.create("bolt", { file: program.file(), packageName: "" });
  bolt.isShared = true;
  program.global("$bolt").value = bolt;
}
