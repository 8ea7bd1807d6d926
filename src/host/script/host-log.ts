// Host: the log lines of a host: of its scripts' consoles, its own warnings, and faults in the scripts' own lines.
import {
  codeOf,
  errorText,
  isErrorCode,
  ParlorError,
  type ErrorCode,
  type ErrorKey,
  type ErrorValues,
} from "../../boundary/errors.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { LoggedError, LogLine } from "../../boundary/log-line.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";
import type { FaultOrigin } from "../runtime/fault-reporter.ts";
import type { RuntimePorts } from "../runtime/runtime-ports.ts";
import { CompiledMaps } from "./compiled-maps.ts";
import { placeIn } from "./fault-place.ts";
import { cutLine, LogBound } from "./log-bound.ts";
import { scriptConsole } from "./script-console.ts";
import { mapStack, mapsOf, type FindMap } from "./source-map.ts";

/**
 * Each line names the script, its version and the current event. Lines are bounded: a script that logs in an endless
 * loop would fill the memory of the server. What scripts write does not use up the bound of faults and warnings.
 */
export class HostLog {
  readonly #hostName: string;
  /** Finds the maps of all code that the host has compiled. */
  readonly maps: FindMap;
  readonly #ports: LogPorts;
  readonly #bounds: { readonly script: LogBound; readonly own: LogBound };
  #dropped = 0;
  /** How many of those were of faults: they are counted all the same. */
  #droppedFaults = 0;
  /** Until then, lines that are dropped are not reported. */
  #quietUntil = 0;

  /** `compiled`: the source maps of what dialects have compiled, by the names in stacks. */
  constructor(spec: HostSpec, ports: LogPorts, compiled = new CompiledMaps()) {
    const maps = mapsOf(spec);
    this.#hostName = spec.name;
    this.maps = (name) => maps(name) ?? compiled.get(name);
    this.#ports = ports;
    // The lines of a task are its output.
    const scale = spec.scripts.some(({ info }) => info.kind === "task") ? TASK_SCALE : 1;
    this.#bounds = { script: new LogBound(ports.clock, scale), own: new LogBound(ports.clock, scale) };
  }

  warn<K extends ErrorKey>(key: K, values: ErrorValues<K>, info: ScriptInfo | null): void {
    this.line({ level: "warn", code: codeOf(key), text: errorText(key, values) }, info);
  }

  /** The `console` of a script; of the host's shared modules without `info`. */
  console(info: ScriptInfo | null): Console {
    return scriptConsole((level, text) => this.line({ level, text }, info));
  }

  /** `program`: the script whose program had the fault; `owner`: the one that the line is about. */
  fault(error: unknown, origin: FaultOrigin, { program, owner }: FaultScripts): void {
    const mapped = mapStack(error, this.maps);
    const { session, request } = origin;
    const { code, message } = codedError(error) ?? { code: FAULT, message: null };
    const text = errorText(FAULT, { what: origin.what, error: message ?? mapped.message });
    const at = mapped.at ?? placeIn(mapped.stack, program?.name ?? "");
    const about = {
      ...(session !== null && { session: session.id }),
      ...(request !== undefined && { request }),
      ...(message === null && { err: mapped.err }),
    };
    this.line({ level: "error", code, text, fault: origin.kind, at, ...about }, owner);
  }

  /** Logs a line, within the bounds. */
  line(line: LineContent, info: ScriptInfo | null): void {
    const text = cutLine(line.text);
    const bound = line.code === undefined ? this.#bounds.script : this.#bounds.own;
    if (!bound.admits(text.length + sizeOf(line.err))) this.#drop(line);
    else this.#send({ ...line, text }, info);
  }

  /** Reports the lines that were dropped now: the host is about to end. */
  reportDropped(): void {
    if (this.#dropped === 0) return;
    const [dropped, droppedFaults] = [this.#dropped, this.#droppedFaults];
    const text = errorText("PARLOR_LOG_DROPPED", { count: dropped });
    this.#dropped = this.#droppedFaults = 0;
    this.#send({ level: "warn", code: "PARLOR_LOG_DROPPED", text, dropped, droppedFaults }, null);
  }

  // Reported once a second: by a timer, or by the line that comes when no timer can run.
  #drop({ fault = null }: LineContent): void {
    const { clock } = this.#ports;
    const now = clock.ticks();
    this.#dropped += 1;
    if (fault !== null) this.#droppedFaults += 1;
    if (this.#quietUntil === 0) {
      this.#quietUntil = now + REPORT_EVERY;
      clock.after(REPORT_EVERY, this.#reportDropped);
    } else if (now >= this.#quietUntil) {
      this.#reportDropped();
      this.#quietUntil = now + REPORT_EVERY;
    }
  }

  readonly #reportDropped = (): void => {
    this.#quietUntil = 0;
    this.reportDropped();
  };

  #send(line: LineContent, info: ScriptInfo | null): void {
    const { progress } = this.#ports;
    this.#ports.log({
      script: info?.name ?? this.#hostName,
      version: info?.version ?? "",
      code: null,
      event: progress.currentPhase === "event" ? progress.currentEvent : 0,
      fault: null,
      at: null,
      ...line,
    });
  }
}

type LogPorts = Pick<RuntimePorts, "log" | "progress" | "clock">;

type LineContent = Pick<LogLine, "level" | "text"> & Partial<LogLine>;

function sizeOf(err: LoggedError | undefined): number {
  if (err === undefined) return 0;
  const behind = [...(err.cause === undefined ? [] : [err.cause]), ...(err.errors ?? [])];
  return behind.reduce((sum, part) => sum + sizeOf(part), err.stack.length);
}

/** Dropped lines are reported this often, ms. */
const REPORT_EVERY = 1000;

const TASK_SCALE = 100;

const FAULT = "PARLOR_SCRIPT_FAULT";

/**
 * The code of an error that has one of the table's, and its text if its stack has nothing more. A script may throw a
 * value that cannot even be asked for its class.
 */
function codedError(error: unknown): { readonly code: ErrorCode; readonly message: string | null } | null {
  try {
    if (error instanceof ParlorError) return error;
    const code: unknown = error instanceof RangeError && "code" in error ? error.code : null;
    return isErrorCode(code) ? { code, message: null } : null;
  } catch {
    return null;
  }
}

interface FaultScripts {
  readonly program: ScriptInfo | null;
  readonly owner: ScriptInfo | null;
}
