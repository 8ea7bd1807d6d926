// Server: writes the lines of scripts and the ends of hosts to the log, with the script and its version.
import { ERRORS, type CodedText } from "../../boundary/errors.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { LogLine } from "../../boundary/log-line.ts";
import type { HostReport } from "../../front/supervise/host-report.ts";
import type { Handshake } from "../../boundary/events.ts";
import { looksSecret } from "../../boundary/text/subprotocol.ts";
import { logEntry, type Log } from "../../log.ts";
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
  line(
    { level, text, request, script, version, session, event, code, at, fault, err }: LogLine,
    slot: number,
  ): void {
    const route = this.#routeOf(slot, script);
    const all = { code, route, script, version, session, event, ...request, at, fault, err };
    const isKnown = (value: unknown): boolean =>
      value !== undefined && value !== null && value !== "" && value !== 0;
    const known = Object.entries(all).filter(([, value]) => isKnown(value));
    this.#log[level](Object.fromEntries(known), text);
  }

  /** Logs a report about a host. */
  readonly report = ({ code, text, fields }: HostReport, slot: number): void => {
    this.#log[ERRORS[code].level]({ ...aboutHost(this.#specs.at(slot)), ...fields, code }, text);
  };

  /** Logs a fault at a path or in a response; `script` serves it, if any does. */
  readonly fault = ({ code, text }: CodedText, script: ScriptKey | null, fields: LineFields = {}): void => {
    const about = script === null ? {} : this.about(script);
    this.#log[ERRORS[code].level]({ ...about, ...fields, code }, text);
  };

  /** A client has offered subprotocols, and its script has agreed to none. */
  readonly unanswered = ({ script, route }: Handshake, offered: readonly string[]): void => {
    const shown = offered.map((name) => (looksSecret(name) ? "(a token)" : name.slice(0, 80))).slice(0, 8);
    const host = this.#specs.of(script);
    const { name = script, kind = "ws" } = (host && infoOf(host, script)) ?? {};
    const key = kind === "ws" ? "PARLOR_PROTOCOL_UNANSWERED/script" : "PARLOR_PROTOCOL_UNANSWERED/program";
    logEntry(this.#log, key, { script: name, route, offered: shown.join(", ") }, this.about(script));
  };

  /** The fields of a log line about a script. */
  about(script: ScriptKey): LineFields {
    return aboutScript(script, this.#specs.of(script));
  }

  // A line has the name of its script, which may be that of a previous version.
  #routeOf(slot: number, script: string): string {
    const scripts = this.#specs.at(slot)?.scripts ?? [];
    return scripts.find(({ info }) => info.name === script)?.info.route ?? "";
  }
}

/** Finds the specs of hosts. */
export interface HostSpecs {
  at(slot: number): HostSpec | undefined;
  of(script: ScriptKey): HostSpec | undefined;
}

export type LineFields = Readonly<Record<string, unknown>>;

/** The fields of a log line about a script: its route, its name, and the version that its host runs. */
export function aboutScript(script: ScriptKey, host: HostSpec | undefined): LineFields {
  const { name = script, route = "", version = "" } = (host && infoOf(host, script)) ?? {};
  return { ...(route === "" ? {} : { route }), script: name, ...(version === "" ? {} : { version }) };
}

/** The fields of a log line about a whole host. */
export function aboutHost(host: HostSpec | undefined): LineFields {
  const scripts = host?.scripts ?? [];
  const [first] = scripts;
  if (first === undefined) return {};
  if (scripts.length === 1) return aboutScript(scriptKey(first.info), host);
  return { scripts: scripts.map(({ info: { name, version } }) => `${name}@${version}`) };
}
