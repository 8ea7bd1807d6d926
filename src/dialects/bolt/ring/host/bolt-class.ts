// Dialect: the class `Bolt` of a Ring program: its methods are the names that a program in JavaScript finds.
import { ignoredSettings, type IgnoredSetting } from "../../api/not-in-parlor.ts";
import type { ClassDefinition } from "../program/ring-classes.ts";
import { RingFile } from "../program/ring-classes.ts";
import { lowerAscii, toBytes } from "../runtime/bytes.ts";
import type { RingCode, RingObject, RingValue } from "../runtime/values.ts";
import { toJs, toRing } from "./js-values.ts";
import { staticFiles } from "./static-files.ts";
import { truthCalls } from "./json-truth.ts";
import type { RingCallbacks } from "./ring-callbacks.ts";

/** Bolt's names for JavaScript. */
export type BoltNames = Readonly<Record<string, unknown>>;

/** All names are there that Bolt has for JavaScript: routes with an `@` in front, the calls of `$bolt` without. */
export function boltClass(
  names: BoltNames,
  { callbacks, onIgnored, onSetting }: BoltClassParts,
): ClassDefinition {
  const { $bolt, ...routes } = names;
  const methods: [string, RingCode][] = [
    ...callsOf($bolt as object).map(([name, call]): [string, RingCode] => [lowerAscii(name), codeOf(call)]),
    ...Object.entries(routes).flatMap(([name, call]) => registrations(name, call, callbacks)),
    ...truthCalls,
    ...ignoredSettings().map((setting): [string, RingCode] => [
      lowerAscii(setting.name),
      (self) => (onSetting(setting), self ?? ""),
    ]),
    ["@static", staticFiles(names)],
    ["setport", ignored("port", onIgnored)],
    ["sethost", ignored("host", onIgnored)],
  ];
  return {
    name: "bolt",
    packageName: "",
    parent: "",
    privates: [],
    methods: [...methods, ["init", (self) => self ?? ""]],
    body: setAttributes,
    file: new RingFile(),
  };
}

interface BoltClassParts {
  readonly callbacks: RingCallbacks;
  /** The program sets what only the server's own options set. */
  readonly onIgnored: (name: string, value: string) => void;
  /** The program calls a setting that Parlor does not have. */
  readonly onSetting: (setting: IgnoredSetting) => void;
}

/** Names that mean something else without their `@`, or are words of JavaScript. */
const PUBLISHED: Readonly<Record<string, string>> = {
  del: "@delete",
  beforeAll: "@before",
  afterAll: "@after",
  onError: "@error",
};

/** Calls about the route before them, which have no `@`. */
const MODIFIERS: ReadonlySet<string> = new Set([
  "before",
  "after",
  "where",
  "whereAll",
  "prefix",
  "endPrefix",
]);

/** Which argument is the first callback; it is the second one in all others. */
const FIRST_CALLBACK: Readonly<Record<string, number>> = {
  ...{ route: 2, before: 0, after: 0, beforeAll: 0, afterAll: 0, use: 0, onError: 0 },
  ...{ where: Infinity, whereAll: Infinity, prefix: Infinity, endPrefix: Infinity },
};

type JsCall = (...args: readonly unknown[]) => unknown;

// Those that only say that they are not in Parlor are on the prototype.
function callsOf($bolt: object): [string, JsCall][] {
  const own = Object.entries($bolt) as [string, JsCall][];
  const absent = Object.entries((Object.getPrototypeOf($bolt) as object | null) ?? {}) as [string, JsCall][];
  return [...absent, ...own];
}

function codeOf(call: JsCall): RingCode {
  return (_self, ...args) => resultOf(call(...args.map(toJs)));
}

function registrations(name: string, call: unknown, callbacks: RingCallbacks): [string, RingCode][] {
  if (typeof call !== "function") return [];
  const plain = lowerAscii(name);
  const published = PUBLISHED[name] ?? (MODIFIERS.has(name) ? plain : `@${plain}`);
  const first = FIRST_CALLBACK[name] ?? 1;
  const code: RingCode = (_self, ...args) => {
    const where = `${published}(${typeof args[0] === "string" && first > 0 ? JSON.stringify(toJs(args[0])) : ""})`;
    const given = args.map((value, at) => (at < first ? toJs(value) : callbacks.functionOf(where, value)));
    return resultOf((call as JsCall)(...given));
  };
  return [[published, code]];
}

function resultOf(result: unknown): RingValue {
  const value = toRing(result);
  if (typeof value === "object") value.isTemporary = true;
  return value;
}

function ignored(name: string, onIgnored: BoltClassParts["onIgnored"]): RingCode {
  return (_self, value) => {
    onIgnored(name, String(toJs(value ?? "")));
    return "";
  };
}

// Published defaults, so that a program can read them.
function setAttributes(self: RingObject): void {
  self.attributes["port"] = 3000;
  self.attributes["host"] = toBytes("0.0.0.0");
}
