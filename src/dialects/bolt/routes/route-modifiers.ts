// Dialect: the calls of a Bolt program that change its last registered route, or the routes that follow.
import { nearest } from "../../../boundary/text/nearest.ts";
import { callsOf, countFor, type Call } from "../common/checks.ts";
import { Callback } from "./callback.ts";
import { patternOf } from "./constraint.ts";
import type { ProgramRoutes, RegisteredRoute } from "./program-routes.ts";

/** Published: "Route Modifiers". */
export function routeModifiers(routes: ProgramRoutes): Record<string, Call> {
  const where = (name: string, pattern: string): void => {
    const route = lastOf(routes, "where");
    const call = "where(cParamName, cPattern)";
    route.constraints.push({ name, pattern: patternOf(call, pattern) });
    const names = namesOf(route);
    if (!names.includes(name)) {
      routes.ports.log.warn("PARLOR_ROUTE_IGNORED/parameter", {
        call: route.call,
        name,
        fix: fixFor(name, names),
      });
    }
    routes.ports.onChange();
  };
  return {
    before: (...args) => attach(routes, "before", args),
    after: (...args) => attach(routes, "after", args),
    ...callsOf(
      {
        "where(cParamName, cPattern)": where,
        "whereAll(aConstraints)": (constraints: unknown) => {
          for (const [name, pattern] of pairsOf(constraints)) where(name, pattern);
        },
        "prefix(cPrefix)": (prefix: string) => void (routes.prefix = prefix),
        "endPrefix()": () => void (routes.prefix = ""),
      },
      "",
    ),
  };
}

function attach(routes: ProgramRoutes, call: "before" | "after", args: readonly unknown[]): void {
  countFor(`${call}(middleware)`, args, 1, "");
  const route = lastOf(routes, call);
  const callback = new Callback(`${call} of ${route.call}`, args[0]);
  if (callback.isNone) throw new TypeError(`${callback.where} must be a function or the name of one, got ""`);
  route[call].push(callback);
}

function lastOf(routes: ProgramRoutes, call: string): RegisteredRoute {
  if (routes.last !== null) return routes.last;
  throw new TypeError(
    `${call} attaches to the last registered route: none is registered; call ws or get first`,
  );
}

function namesOf({ path }: RegisteredRoute): string[] {
  return path.parts.filter(({ kind }) => kind !== "text").map(({ text }) => text);
}

function fixFor(name: string, names: readonly string[]): string {
  const meant = nearest(name, names) ?? names[0];
  return meant === undefined ? `write it into the path, as in "/:${name}"` : `did you mean "${meant}"?`;
}

// A list of pairs in Ring is an object here.
function pairsOf(constraints: unknown): (readonly [string, string])[] {
  const isList = typeof constraints === "object" && constraints !== null;
  const pairs: unknown[] = Array.isArray(constraints)
    ? constraints
    : isList
      ? Object.entries(constraints)
      : [null];
  if (pairs.every(isPair)) return pairs;
  throw new TypeError('whereAll(aConstraints) takes a list of pairs, such as [["id", "[0-9]+"]]');
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}
