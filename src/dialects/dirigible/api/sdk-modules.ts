// Dialect: the published modules of version 8 and later: groups of modules, under three prefixes.
import type { MakeModule } from "../state/execution.ts";

/**
 * The makers of all ids: of a group (`sdk/net`), which exports its modules by two names each, and of each module by itself
 * (`sdk/net/websockets`). Published: from version 8 on, what is missing is `undefined`, and no longer `null`.
 */
export function sdkModules(groups: Readonly<Record<string, SdkGroup>>): [string, MakeModule][] {
  return Object.entries(groups).flatMap(([group, modules]) => {
    const made = groupMaker(modules);
    const single = Object.entries(modules).map(([id, module]): [string, MakeModule] => {
      return [`${group}/${id}`, (execution) => withClass(module, modernized(module.make(execution)))];
    });
    const all: [string, MakeModule][] = [[group, made], ...single];
    return PREFIXES.flatMap((prefix) =>
      all.map(([id, make]): [string, MakeModule] => [`${prefix}${id}`, make]),
    );
  });
}

/** The modules of a group by their ids. */
type SdkGroup = Readonly<Record<string, SdkModule>>;

/** `name`: of the class that has the module's calls as static methods. */
interface SdkModule {
  readonly name: string;
  readonly make: MakeModule;
}

/** Of versions 8 to 12, of those before their release, and of the latest. */
const PREFIXES = ["sdk/", "@dirigible/", "@aerokit/sdk/"];

// Made when they are read: a handler imports one module of a group at each of its events.
function groupMaker(modules: SdkGroup): MakeModule {
  return (execution) => {
    const members: Record<string, object> = {};
    for (const [id, { name, make }] of Object.entries(modules))
      defineLazily(members, [id, name], () => modernized(make(execution)));
    defineLazily(members, ["default"], () => wholeOf(modules, members));
    return members;
  };
}

function defineLazily(target: object, names: readonly string[], make: () => object): void {
  let made: object | null = null;
  const get = (): object => (made ??= make());
  for (const name of names) Object.defineProperty(target, name, { get, enumerable: true });
}

// The modules by both names; the only module of a group can be called without its name, too.
function wholeOf(modules: SdkGroup, members: Readonly<Record<string, object>>): object {
  const entries = Object.entries(modules);
  const named = entries.flatMap(([id, { name }]) => [id, name].map((key) => [key, members[id]]));
  const only = entries.length === 1 ? entries[0]?.[0] : undefined;
  return { ...(only !== undefined && members[only]), ...Object.fromEntries(named) };
}

function withClass({ name }: SdkModule, calls: object): object {
  return { ...calls, [name]: calls, default: calls };
}

/** Published as returning `undefined` for what is missing. */
const MAY_MISS = ["get", "getClient", "getClientByHandler", "getHeader", "getAttribute", "getJSON", "json"];

// In place: the calls were made for this execution.
function modernized(calls: object): object {
  const changed = calls as Record<string, AnyCall | undefined>;
  for (const name of MAY_MISS) {
    const call = changed[name];
    if (call !== undefined) changed[name] = (...args) => call(...args) ?? undefined;
  }
  return calls;
}

type AnyCall = (...args: readonly unknown[]) => unknown;
