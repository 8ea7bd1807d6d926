import { describe, expect, test } from "vitest";
import { Stage, artefact, type Files } from "./stage.ts";

/** What a module prints when it is run in a registry of these files. */
async function printed(main: string, files: Files = {}): Promise<string[]> {
  const stage = await Stage.begun({ ...files, "main.mjs": main });
  await stage.module("main.mjs");
  expect(stage.faultTexts).toEqual([]);
  return stage.lines;
}

async function failure(main: string): Promise<string> {
  const stage = await Stage.begun({ "main.mjs": main });
  await stage.module("main.mjs");
  expect(stage.faultTexts).toHaveLength(1);
  return stage.faultTexts[0]!;
}

const PREFIXES = ["sdk/", "@dirigible/", "@aerokit/sdk/"];

describe("the names of the published modules", () => {
  test.each([
    ["net/websocket", ["service/websocket", "api/net/websocket", "api/io/websocket"]],
    ["core/v4/globals", ["core/globals", "api/globals"]],
    ["core/v4/context", ["core/context", "api/context"]],
    ["core/v4/env", ["core/env"]],
    ["core/v4/configurations", ["core/configurations"]],
    ["http/v4/request", ["http/request"]],
    ["http/v4/response", ["http/response"]],
    ["log/v4/logging", ["log/logging"]],
    ["utils/v4/uuid", ["utils/uuid"]],
  ])("%s has the aliases %s", async (id, aliases) => {
    for (const alias of aliases)
      expect(await printed(`console.log(require("${id}") === require("${alias}"))`)).toEqual(["log true"]);
  });

  test.each(PREFIXES)("%snet has websockets by name and in the default export", async (prefix) => {
    const main = `import { websockets, Websockets } from "${prefix}net"; import net from "${prefix}net";
      import { Websockets as One } from "${prefix}net/websockets"; import whole from "${prefix}net/websockets";
      console.log(websockets === Websockets, net.websockets === websockets, net.getClients().length, websockets.isOnOpen());
      console.log(Object.keys(One).sort().join() === Object.keys(websockets).sort().join(), whole.getMethod(), require("${prefix}net").websockets === websockets)`;
    expect(await printed(main)).toEqual(["log true true 0 false", "log true null true"]);
  });

  test.each(PREFIXES)("the other groups of %s export each module by two names", async (prefix) => {
    const main = `import { globals, Globals, context, Context, env, Env, configurations, Configurations } from "${prefix}core";
      import { request, Request, response, Response } from "${prefix}http";
      import { logging, Logging } from "${prefix}log"; import { uuid, UUID } from "${prefix}utils";
      import { Globals as own } from "${prefix}core/globals";
      own.set("x", 1);
      console.log([globals === Globals, context === Context, env === Env, configurations === Configurations, request === Request,
        response === Response, logging === Logging, uuid === UUID, globals.get("x"), require("core/v4/globals").get("x")].join())`;
    expect(await printed(main)).toEqual(["log true,true,true,true,true,true,true,true,1,1"]);
  });

  test("a missing value is null up to version 7, and undefined from version 8 on", async () => {
    const main = `import { globals, context, env, configurations } from "sdk/core"; import { websockets } from "sdk/net";
      const old = [require("core/v4/globals"), require("core/v4/context"), require("core/v4/env"), require("core/v4/configurations")];
      console.log([globals, context, env, configurations].map((m) => String(m.get("no such"))).join(), websockets.getClient("x"), websockets.getClientByHandler("x"));
      console.log(old.map((m) => String(m.get("no such"))).join(), require("net/v4/websockets").getClient("x"))`;
    expect(await printed(main)).toEqual([
      "log undefined,undefined,undefined,undefined undefined undefined",
      "log null,null,null,null null",
    ]);
  });
});

describe("a handler of version 8", () => {
  const handler = `import { websockets } from "sdk/net";
    export function onOpen() {} export function onClose() {}
    export function onMessage(message, from) { return [message, from === __context.get("from"), websockets.getMessage()].join(); }`;

  test("gets the session's id as from on a plain WebSocket", async () => {
    const stage = await Stage.begun({
      "h.mjs": `${handler} `,
      "from.mjs": `export const onOpen = () => {}; export const onMessage = (message, from) => from;`,
      "a.websocket": artefact("h", "a"),
      "b.websocket": artefact("from.mjs", "b"),
    });
    const [a, b] = [await stage.connect("a"), await stage.connect("b")];
    await a.say("tea");
    await b.say("tea");
    expect([a.read(), b.read()]).toEqual([["tea,true,tea"], [b.id]]);
  });

  test("a handler with one parameter, as in version 4, gets one argument", async () => {
    const stage = await Stage.begun({
      "h.js":
        "exports.onOpen = () => {}; exports.onMessage = function (message) { return String(arguments.length); };",
      "a.websocket": artefact("h", "a"),
    });
    const a = await stage.connect("a");
    await a.say("tea");
    expect(a.read()).toEqual(["1"]);
  });
});

describe("log/v4/logging", () => {
  test("writes lines by level with the logger's name, and fills braces", async () => {
    const main = `const logger = require("log/v4/logging").getLogger("my.app");
      logger.debug("Hello from {} {}!", "My", { a: 1 }); logger.info("{} and {}", 1); logger.warn("w"); logger.error("e"); logger.trace("t");
      logger.log("by {}", "warn", "name");
      logger.error("Oops {}", new TypeError("wrong"), 5)`;
    expect(await printed(main)).toEqual([
      `debug my.app: Hello from My {"a":1}!`,
      "info my.app: 1 and {}",
      "warn my.app: w",
      "error my.app: e",
      "debug my.app: t",
      "warn my.app: by name",
      "error my.app: Oops 5 TypeError: wrong",
    ]);
  });

  test("a level holds for all loggers of its name, until another is set", async () => {
    const main = `import { logging } from "sdk/log";
      const one = logging.getLogger("one"), same = logging.getLogger("one"), other = logging.getLogger("two");
      console.log(one.setLevel("warn") === one, same.isInfoEnabled(), same.isWarnEnabled(), same.isErrorEnabled(), other.isTraceEnabled());
      same.info("no"); same.warn("yes"); other.info("yes"); one.setLevel("OFF"); one.error("no"); console.log(one.isErrorEnabled(), one.isDebugEnabled())`;
    expect(await printed(main)).toEqual([
      "log true false true true true",
      "warn one: yes",
      "info two: yes",
      "log false false",
    ]);
  });

  test("a level that does not exist is an error with the nearest one", async () => {
    const of = (call: string) => failure(`require("log/v4/logging").getLogger("x").${call}`);
    expect(await of(`setLevel("DEBG")`)).toBe(`logging: there is no level "DEBG"; did you mean "DEBUG"?`);
    expect(await of(`log("x", "loud")`)).toBe(
      `logging: there is no level "LOUD"; it is one of TRACE, DEBUG, INFO, WARN, ERROR, OFF`,
    );
    expect(await failure(`require("log/v4/logging").getLogger()`)).toBe(
      "logging.getLogger takes a string as loggerName, got undefined",
    );
  });
});

test("utils/v4/uuid makes random UUIDs and checks texts", async () => {
  const main = `import { uuid } from "sdk/utils"; const made = uuid.random();
    console.log(made === uuid.random(), uuid.validate(made), uuid.validate(made.toUpperCase()), uuid.validate(made + "0"), uuid.validate(5))`;
  expect(await printed(main)).toEqual(["log false true true false false"]);
});

describe("core/v4/env and core/v4/configurations", () => {
  test("env reads the environment of the process, and list copies it", async () => {
    process.env["PARLOR_TEST_TEA"] = "sencha";
    const main = `const env = require("core/v4/env"); const list = env.list(); list.PARLOR_TEST_TEA = "x";
      console.log(env.get("PARLOR_TEST_TEA"), env.get("toString"), env.get("__proto__"), list === env.list())`;
    expect(await printed(main)).toEqual(["log sencha null null false"]);
    delete process.env["PARLOR_TEST_TEA"];
  });

  test("configurations: a value that was set, then the environment, then a file that was loaded", async () => {
    process.env["PARLOR_TEST_CUP"] = "env";
    const main = `const c = require("core/v4/configurations");
      c.load("tea/app.properties"); c.update();
      const all = () => [c.get("PARLOR_TEST_CUP"), c.get("pot"), c.get("kind"), c.get("none", "default"), c.get("toString")].join();
      console.log(all()); c.set("PARLOR_TEST_CUP", "set"); c.set("pot", "set"); console.log(all(), c.getKeys().filter((k) => k === "pot").length);
      c.remove("PARLOR_TEST_CUP"); c.remove("pot"); console.log(all(), c.getKeys().includes("kind"), process.env.PARLOR_TEST_CUP)`;
    const files = {
      "tea/app.properties":
        "# comment\r\nPARLOR_TEST_CUP=file\r\npot = file \r\n\r\n! more\nkind: green=tea\n",
    };
    expect(await printed(main, files)).toEqual([
      "log env,file,green=tea,default,",
      "log set,set,green=tea,default, 1",
      "log env,,green=tea,default, true env",
    ]);
    delete process.env["PARLOR_TEST_CUP"];
  });

  test("configurations know the system, and last for all modules", async () => {
    const stage = await Stage.begun({
      "set.js": `require("core/v4/configurations").set("a", "1")`,
      "get.mjs": `import { configurations as c } from "sdk/core"; console.log(c.get("a"), [c.isOSWindows(), c.isOSMac(), c.isOSUNIX(), c.isOSSolaris()].map((is) => typeof is).join(), typeof c.getOS())`,
    });
    await stage.module("set");
    await stage.module("get");
    expect(stage.lines).toEqual(["log 1 boolean,boolean,boolean,boolean string"]);
  });

  test("configurations.load of a file that is not there, and values that are no strings, are errors", async () => {
    expect(await failure(`require("core/v4/configurations").load("/no.properties")`)).toBe(
      "configurations.load: there is no dirigible/no.properties; give a file's path in the registry",
    );
    expect(await failure(`require("core/v4/configurations").set("a", 5)`)).toBe(
      "configurations.set takes a string as value, got a number",
    );
  });
});

describe("http/v4/request and http/v4/response", () => {
  test("request is the one that opened the session, in events of both versions", async () => {
    const calls = `[r.isValid(), r.getMethod(), r.getHeader("X-Number"), r.getHeader("none"), r.getHeaders("x-number").length, r.getRequestURI(), r.getRemoteAddress(), r.getText() === "", r.json(), r.getResourcePath() === r.getRequestURI(), r.getPathTranslated(), require("sdk/http").request.json()].map(String).join()`;
    const stage = await Stage.begun({
      "h.js": `const r = require("http/v4/request"); exports.onOpen = () => {}; exports.onMessage = () => ${calls};`,
      "two.js": `const r = require("http/request"); require("net/websocket").getSession().sendText(${calls});`,
      "a.websocket": artefact("h", "a"),
    });
    const four = await stage.connect("a");
    const two = await stage.connect("/service/js");
    await four.say("?");
    await two.ask("two");
    expect(stage.faultTexts).toEqual([]);
    expect(four.read()).toEqual([
      "true,GET,null,null,0,/websockets/v4/service/a,::1,true,null,true,null,undefined",
    ]);
    expect(two.read()).toEqual(["true,GET,null,null,0,/service/js,::1,true,null,true,null,undefined"]);
  });

  test("request in a run is not valid, and its calls say so", async () => {
    expect(await printed(`console.log(require("http/v4/request").isValid())`)).toEqual(["log false"]);
    expect(await failure(`require("http/v4/request").getParameter("x")`)).toBe(
      "request.getParameter: there is no request here; call it in the event of a session, or ask isValid()",
    );
  });

  test("response prints to the log; setStatus and its like do no harm", async () => {
    const main = `import { response } from "sdk/http";
      response.setStatus(response.BAD_REQUEST); response.setContentType("text/html"); response.setHeader("a", "b"); response.addHeader("a", "b");
      response.println("done"); response.json({ a: 1 }); response.sendError(404, "no tea"); response.println(); response.flush(); response.close();
      console.log(response.OK, response.isValid(), response.isCommitted(), response.containsHeader("a"), response.encodeURL("/x"))`;
    expect(await printed(main)).toEqual([
      "log done",
      `log {"a":1}`,
      "log 404 no tea",
      "log ",
      "log 200 false false false /x",
    ]);
  });
});
