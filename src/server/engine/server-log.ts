// Server: writes the lines of scripts and the ends of hosts to the log, with the script and its version.
import { ERRORS, type CodedText } from "../../boundary/errors.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { LogLine } from "../../boundary/log-line.ts";
import type { HostReport } from "../../front/supervise/host-report.ts";
import type { Log } from "../../log.ts";
import { infoOf, scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

/** The log of a server's hosts. */
export class ServerLog {
  readonly #log: Log;
  readonly #specs: HostSpecs;

  constructor(log: Log, specs: HostSpecs) {
    this.#log = log;
    this.#specs = specs;
  }

  /** Logs a line of a script. */
  line({ level, text, script, version, event, code, at, fault }: LogLine): void {
    const known = Object.entries({ script, version, event, code, at, fault }).filter(
      ([, value]) => value !== null && value !== "" && value !== 0,
    );
    this.#log[level](Object.fromEntries(known), text);
  }

  /** Logs a report about a host. */
  readonly report = ({ code, text }: HostReport, slot: number): void => {
    this.#log[ERRORS[code].level]({ ...aboutHost(this.#specs.at(slot)), code }, text);
  };

  /** Logs a fault at a path or in a response; `script` serves it, if any does. */
  readonly fault = ({ code, text }: CodedText, script: ScriptKey | null): void => {
    this.#log[ERRORS[code].level]({ ...(script === null ? {} : this.about(script)), code }, text);
  };

  /** The fields of a log line about a script. */
  about(script: ScriptKey): LineFields {
    return aboutScript(script, this.#specs.of(script));
  }
}

/** Finds the specs of hosts. */
export interface HostSpecs {
  at(slot: number): HostSpec | undefined;
  of(script: ScriptKey): HostSpec | undefined;
}

export type LineFields = Readonly<Record<string, unknown>>;

/** The fields of a log line about a script: its name, and the version that its host runs. */
export function aboutScript(script: ScriptKey, host: HostSpec | undefined): LineFields {
  const { name = script, version = "" } = (host && infoOf(host, script)) ?? {};
  return { script: name, ...(version === "" ? {} : { version }) };
}

/** The fields of a log line about a whole host. */
export function aboutHost(host: HostSpec | undefined): LineFields {
  const scripts = host?.scripts ?? [];
  const [first] = scripts;
  if (first === undefined) return {};
  if (scripts.length === 1) return aboutScript(scriptKey(first.info), host);
  return { scripts: scripts.map(({ info: { name, version } }) => `${name}@${version}`) };
}
