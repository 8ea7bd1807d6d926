import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { blocksOf } from "../../docs/blocks.ts";
import { serveOn } from "../../support/served-app.ts";
import { Stage, type Published } from "./stage.ts";

const page = readFileSync("docs/dialects/scripting.md", "utf8");

const GLOBALS = [
  "Data",
  "FileEntity",
  "FileManager",
  "HttpRequest",
  "HttpResponse",
  "HttpResponseBody",
  "HttpServer",
  "Path",
  "Script",
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

test("the notebook of the page keeps its notes in a file of the app", async () => {
  const source = blocksOf(page).find(({ file }) => file === "scripting/notebook.ts")?.text ?? "";
  const program = source.replace("port: 8087", "port: 0") + '\nconsole.log("port", notebook.port);';
  const app = await serveOn("thread", { "scripting/notebook.ts": program });
  expect((await app.ownPort.fetch("/notes")).status).toBe(404);
  await app.ownPort.fetch("/notes", { method: "POST", body: "milk" });
  const answer = await app.ownPort.fetch("/notes", { method: "POST", body: "tea" });
  expect([await answer.text(), answer.headers.get("content-type")]).toEqual([
    "milk\ntea\n",
    "text/plain; charset=utf-8",
  ]);
  expect(readFileSync(`${app.dir}/data/documents/notes.txt`, "utf8")).toBe("milk\ntea\n");
});

test("every encoding that works is named as such, every other one as not here", async () => {
  const { Data } = (await Stage.begun(() => undefined)).names;
  const [, working = "", missing = ""] = page.split("### Encodings")[1]?.split("\n\n") ?? [];
  const named = (text: string): string[] => [...text.matchAll(/`([\w-]+)`/g)].map(([, name]) => String(name));
  for (const encoding of named(working)) expect(Data.fromRawString("a", encoding), encoding).not.toBeNull();
  for (const encoding of named(missing))
    expect(() => Data.fromRawString("a", encoding), encoding).toThrow("has no table of it");
  const offered =
    /it takes (.*)$/.exec(messageOf(() => Data.fromRawString("a", "klingon")))?.[1]?.split(", ") ?? [];
  expect(named(working).sort()).toEqual(offered.sort());
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return String(error);
  }
  return "";
}
