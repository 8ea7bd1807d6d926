import { describe, expect, test } from "vitest";
import { PLACES } from "../../support/served-app.ts";
import { artefact } from "./stage.ts";
import { ServedRegistry } from "./served.ts";

const LIB = `import { Kind } from "./kinds";

export interface Order {
  readonly tea: string;
}
export function priceOf({ tea }: Order): number {
  if (tea === "coffee") throw new Error(\`no \${tea}\`);
  return Kind[tea as keyof typeof Kind] ?? 0;
}
`;

const HANDLER = `import { globals } from "sdk/core";
import { priceOf } from "./lib";

export const onOpen = () => undefined;

export function onMessage(message: string): string {
  globals.set("orders", (globals.get("orders") ?? 0) + 1);
  setTimeout(() => { if (message === "late") throw new Error("too late"); }, 1);
  return \`\${globals.get("orders")}: \${priceOf({ tea: message })}\`;
}
`;

const FILES = {
  "tea/handler.ts": HANDLER,
  "tea/lib.ts": LIB,
  "tea/kinds.mjs": "export const Kind = { sencha: 40 };",
  "tea/room.websocket": artefact("tea/handler", "room"),
};

describe.each(PLACES)("ES modules of a registry, %s", (place) => {
  test("a fault is logged with the file, line and column of the TypeScript, in a timer too", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const client = await registry.connect("room");
    client.send("coffee");
    const { text, fields } = await registry.app.log.find(/Error: no coffee/);
    expect(text).toMatch(
      /^onMessage: Error: no coffee\n\s+at priceOf \(dirigible\/tea\/lib\.ts:7:31\)\n\s+at onMessage \(dirigible\/tea\/handler\.ts:9:39\)$/,
    );
    expect(fields).toMatchObject({ script: "dirigible" });
    client.send("late");
    expect(await client.next()).toBe("2: 0");
    expect((await registry.logged(/too late/)).text).toMatch(
      /^in a timer: .+\n.*dirigible\/tea\/handler\.ts:8:52/,
    );
  });

  test("a save replaces the code of a handler and of what it imports; the globals and the session stay", async () => {
    const registry = await ServedRegistry.serve(place, FILES);
    const client = await registry.connect("room");
    client.send("sencha");
    expect(await client.next()).toBe("1: 40");
    await registry.edit({ "tea/kinds.mjs": "export const Kind = { sencha: 50 };" });
    client.send("sencha");
    expect(await client.next()).toBe("2: 50");
    await registry.edit({ "tea/lib.ts": `\n\n${LIB}` });
    client.send("coffee");
    expect((await registry.logged(/no coffee/)).text).toMatch(/lib\.ts:9:31/);
    await registry.edit({ "tea/handler.ts": "export const onMessage = (: string) => 1" });
    await registry.logged(/dirigible\/tea\/handler\.ts:1:27: .+ the previous version keeps serving/);
    client.send("sencha");
    expect(await client.next()).toBe("4: 50");
    await registry.edit({
      "tea/handler.ts": HANDLER.replace(
        "setTimeout(",
        'if (message === "late") console.log(new Error("look").stack); setTimeout(',
      ),
    });
    client.send("late");
    expect(await client.next()).toBe("5: 0");
    expect((await registry.logged(/look/)).text).toMatch(
      place === "inline" ? /handler\.ts\?v=[\da-f]{8}:\d+/ : /\(dirigible\/tea\/handler\.ts:8:\d+\)/,
    );
    await registry.edit({ "tea/handler.ts": null, "tea/handler.js": "exports.onMessage = (m) => 'js ' + m" });
    client.send("sencha");
    expect(await client.next()).toBe("js sencha");
  });

  test("a module is run by its name, with and without its ending", async () => {
    const registry = await ServedRegistry.serve(place, {
      "tea/one.ts": `import { uuid } from "sdk/utils"; console.log("one", uuid.validate(uuid.random()) as boolean);`,
      "tea/two.mjs": `import "./one"; console.log("two");`,
      "tea/bad.mjs": `import { logging } from "sdk/log";\n\nlogging.getLogger(5);`,
    });
    for (const module of ["tea/one", "tea/one.ts", "dirigible/tea/two.mjs"])
      expect((await registry.run(module)).ok).toBe(true);
    await registry.logged(/^two$/);
    expect(registry.printed()).toEqual(["info one true", "info one true", "info one true", "info two"]);
    await registry.run("tea/bad");
    expect((await registry.logged(/loggerName/)).text).toMatch(/\n\s+at .*dirigible\/tea\/bad\.mjs:3:9\)?$/);
  });
});

test("the request of a session has the query and the headers of its handshake", async () => {
  const registry = await ServedRegistry.serve("inline", {
    "h.mjs": `import { request } from "sdk/http"; export const onOpen = () => {};
      export const onMessage = () => JSON.stringify([request.getParameter("tea"), request.getParameters(), request.getQueryParametersMap(),
        request.getParameterNames(), request.getHeader("Cookie"), request.getCookies(), request.getServerPort() > 0, request.getQueryString()]);`,
    "h.websocket": artefact("h", "h"),
  });
  const path = "/websockets/v4/service/h?tea=s%C3%A9&a=1&a=2";
  const client = registry.app.connect(path, { headers: { cookie: "cup=1; pot=a=b" } });
  client.send("?");
  expect(await client.nextJson()).toEqual([
    "sé",
    { tea: ["sé"], a: ["1", "2"] },
    { tea: "sé", a: ["1", "2"] },
    ["tea", "a"],
    "cup=1; pot=a=b",
    [
      { name: "cup", value: "1" },
      { name: "pot", value: "a=b" },
    ],
    true,
    "tea=s%C3%A9&a=1&a=2",
  ]);
});
