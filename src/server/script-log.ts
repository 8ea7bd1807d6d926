import type { HostSpec } from "../boundary/host-spec.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What goes with a line of the log about a script: its name, and the version of it that its host runs. */
export function aboutScript(script: string, host: HostSpec | undefined): Fields {
  const version = host?.scripts.find(({ info }) => info.name === script)?.info.version ?? "";
  return { script, ...(version === "" ? {} : { version }) };
}

/** What goes with a line about a whole host. */
export function aboutHost(host: HostSpec | undefined): Fields {
  const scripts = host?.scripts ?? [];
  const [first] = scripts;
  if (first === undefined) return {};
  if (scripts.length === 1) return aboutScript(first.info.name, host);
  return { scripts: scripts.map(({ info: { name, version } }) => `${name}@${version}`) };
}
