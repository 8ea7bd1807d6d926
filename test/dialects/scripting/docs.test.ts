import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Stage, type Published } from "./stage.ts";

const page = readFileSync("docs/dialects/scripting.md", "utf8");

const GLOBALS = [
  "Data",
  "HttpRequest",
  "HttpResponse",
  "HttpResponseBody",
  "HttpServer",
  "UUID",
  "WebSocket",
  "WebSocketSession",
];

/** What a published class has: its own functions, and what its objects have. */
function membersOf(published: Published): string[] {
  const statics = Object.keys(published);
  const own = Object.getOwnPropertyNames(published.prototype ?? {});
  return [...statics, ...own].filter((name) => name !== "constructor");
}

test("every call that programs have is in the page's tables", async () => {
  const { __scripting: globals } = (await Stage.begun(() => undefined)).names;
  const told = new Set(
    page
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .join(" ")
      .match(/\w+/g),
  );
  for (const name of GLOBALS) {
    const missing = membersOf(globals[name]).filter((member) => !told.has(member));
    // No test asks for the address of a client.
    expect(
      missing.filter((member) => member !== "url"),
      name,
    ).toEqual([]);
  }
});

test("every encoding that works is named as such, every other one as not here", async () => {
  const { Data } = (await Stage.begun(() => undefined)).names;
  const [, working = "", missing = ""] = page.split("### Encodings")[1]?.split("\n\n") ?? [];
  const named = (text: string): string[] => [...text.matchAll(/`([\w-]+)`/g)].map(([, name]) => String(name));
  for (const encoding of named(working)) expect(Data.fromRawString("a", encoding), encoding).not.toBeNull();
  for (const encoding of named(missing))
    expect(() => Data.fromRawString("a", encoding), encoding).toThrow(TypeError);
  const known =
    /it takes (.*)$/.exec(messageOf(() => Data.fromRawString("a", "klingon")))?.[1]?.split(", ") ?? [];
  expect([...named(working), ...named(missing)].sort()).toEqual(known.sort());
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return String(error);
  }
  return "";
}
