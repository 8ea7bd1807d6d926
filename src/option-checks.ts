// Base: checks the values of options by their rules.
import { isRecord } from "./boundary/checks.ts";
import { historyProblems } from "./boundary/rooms/history-rules.ts";
import { nearest } from "./boundary/text/nearest.ts";
import { clusterProblems } from "./cluster-config.ts";
import type { NumberRule } from "./limits-config.ts";
import { wrongIn, type ListRule } from "./option-lists.ts";
import { unknownOption, wrong } from "./option-problems.ts";
import { tlsProblems } from "./port-config.ts";

/** The problems of the options of a group, one line each; `group`: its name, empty for the whole config. */
export function checkGroup(value: unknown, known: Rules, group: string): string[] {
  if (!isRecord(value)) return [wrong(group === "" ? "the config" : group, "an object", value)];
  return Object.entries(value).flatMap(([name, option]) => {
    const rule = known.get(name);
    const path = group === "" ? name : `${group}.${name}`;
    if (rule === undefined) return [unknownOption(path, name, known.keys())];
    // An undefined option counts as left out, so that `port: condition ? 1 : undefined` works.
    return option === undefined ? [] : checkOption(option, rule, path);
  });
}

function checkOption(value: unknown, rule: Rule, path: string): string[] {
  switch (rule.kind) {
    case "number":
      return checkNumber(value, rule, path);
    case "text":
      return typeof value === "string" && value !== "" ? [] : [wrong(path, "a non-empty string", value)];
    case "choice":
      return checkChoice(value, rule.choices, path);
    case "list":
      return checkList(value, rule, path);
    case "cluster":
      return clusterProblems(value, path);
    case "history":
      return historyProblems(value, path);
    case "tls":
      return tlsProblems(value, path);
    case "optional":
      return value === null ? [] : checkOption(value, rule.rule, path);
    case "group":
      if (rule.shorthand.has(value)) return [];
      return isRecord(value) ? checkGroup(value, rule.rules, path) : [wrong(path, groupText(rule), value)];
  }
}

function checkNumber(value: unknown, rule: Rule & { kind: "number" }, path: string): string[] {
  const fits = Number.isInteger(value) && Number(value) >= rule.least && Number(value) <= rule.most;
  const unit = rule.unit === "" ? "" : `, in ${rule.unit}`;
  return fits ? [] : [wrong(path, `a whole number from ${rule.least} to ${rule.most}${unit}`, value)];
}

function checkChoice(value: unknown, choices: readonly string[], path: string): string[] {
  if (typeof value === "string" && choices.includes(value)) return [];
  const meant = typeof value === "string" ? nearest(value, choices) : null;
  return [
    `${wrong(path, `one of ${choices.join(", ")}`, value)}${meant === null ? "" : `; did you mean "${meant}"?`}`,
  ];
}

function checkList(value: unknown, rule: ListRule, path: string): string[] {
  const found = wrongIn(value, rule);
  return found === null ? [] : [wrong(path, rule.expected, found.wrong)];
}

function groupText({ rules: inner, shorthand }: Rule & { kind: "group" }): string {
  return [...[...shorthand.keys()].map(String), `an object with ${[...inner.keys()].join(" and ")}`].join(
    ", ",
  );
}

/** What the value of an option must be. */
export type Rule =
  | NumberRule
  | { readonly kind: "text" | "cluster" | "tls" | "history" }
  | ListRule
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "optional"; readonly rule: Rule }
  | { readonly kind: "group"; readonly rules: Rules; readonly shorthand: ReadonlyMap<unknown, unknown> };
export type Rules = ReadonlyMap<string, Rule>;
