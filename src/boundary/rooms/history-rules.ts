// Boundary: which rooms keep their messages, how many, and for how long.
import { isObject } from "../contract/standard-schema.ts";
import { describe } from "../text/describe.ts";
import { nearest } from "../text/nearest.ts";

/** By the names of rooms; a name that ends with `*` stands for all rooms that begin with what is before it. */
export type HistoryRules = Readonly<Record<string, HistoryRule>>;

/** How much one room keeps. */
export interface HistoryRule {
  /** The newest messages; 1 to 10,000. */
  readonly size: number;
  /** Seconds for which each is kept; 1 to 86,400. */
  readonly seconds: number;
}

/** The pattern that says most about a room, which is the longest; null when none fits. */
export function patternFor(room: string, rules: HistoryRules): string | null {
  if (Object.hasOwn(rules, room) && !isMany(room)) return room;
  let best: string | null = null;
  for (const pattern of Object.keys(rules))
    if (covers(pattern, room) && (best === null || pattern.length > best.length)) best = pattern;
  return best;
}

/** Whether a pattern stands for this room. */
function covers(pattern: string, room: string): boolean {
  return isMany(pattern) ? room.startsWith(beginning(pattern)) : pattern === room;
}

/** Whether a pattern stands for all rooms of another one. */
export function includes(pattern: string, other: string): boolean {
  return isMany(pattern) ? beginning(other).startsWith(beginning(pattern)) : pattern === other;
}

function isMany(pattern: string): boolean {
  return pattern.endsWith("*");
}

function beginning(pattern: string): string {
  return isMany(pattern) ? pattern.slice(0, -1) : pattern;
}

/** What is wrong with such rules, one line each; `path`: where they stand. */
export function historyProblems(value: unknown, path: string): string[] {
  const example = 'as in { "news/*": { size: 100, seconds: 600 } }';
  if (!isObject(value) || Array.isArray(value))
    return [`${path} must be an object of rooms, ${example}; it is ${describe(value)}`];
  const patterns = Object.keys(value);
  if (patterns.length > MOST_PATTERNS)
    return [`${path} may have ${MOST_PATTERNS} rooms; it has ${patterns.length}`];
  return patterns.flatMap((pattern) => [
    ...patternProblems(pattern, path),
    ...ruleProblems(value[pattern], `${path}[${JSON.stringify(pattern.slice(0, 60))}]`),
  ]);
}

/** The rules without what else was in them; only if they have no problems. */
export function plainRules(value: object): HistoryRules {
  const rules = Object.entries(value as HistoryRules);
  return Object.fromEntries(rules.map(([pattern, { size, seconds }]) => [pattern, { size, seconds }]));
}

function patternProblems(pattern: string, path: string): string[] {
  if (pattern === "") return [`${path} has a room without a name`];
  if (pattern.length > LONGEST_PATTERN)
    return [`${path} has a room whose name has more than ${LONGEST_PATTERN} characters`];
  if (!pattern.slice(0, -1).includes("*")) return [];
  return [`${path} has ${JSON.stringify(pattern)}; the * must be the last character of a name`];
}

function ruleProblems(rule: unknown, path: string): string[] {
  if (!isObject(rule)) return [`${path} must be an object with size and seconds; it is ${describe(rule)}`];
  const names = Object.keys(RANGES) as (keyof HistoryRule)[];
  const unknown = Object.keys(rule).filter((name) => !Object.hasOwn(RANGES, name));
  return [
    ...names.flatMap((name) => numberProblem(rule[name], `${path}.${name}`, RANGES[name])),
    ...unknown.map((name) => {
      const meant = nearest(name, names);
      return `${path}.${name} does not exist; ${meant === null ? "there are: size, seconds" : `did you mean "${meant}"?`}`;
    }),
  ];
}

function numberProblem(value: unknown, path: string, [least, most]: readonly [number, number]): string[] {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return [];
  return [`${path} must be a whole number from ${least} to ${most}; it is ${describe(value)}`];
}

const RANGES: Readonly<Record<keyof HistoryRule, readonly [number, number]>> = {
  size: [1, 10_000],
  seconds: [1, 86_400],
};
const MOST_PATTERNS = 256;
const LONGEST_PATTERN = 255;
