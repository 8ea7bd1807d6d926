import { describe, expect, it } from "vitest";
import { formatProblem } from "../../src/server/serve.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";

/** A script whose handler does what is wrong when it hears "wrong", and otherwise answers. */
const script = (wrong: string, more = ""): string => `
export function onMessage(session, text) {
  if (text === "wrong") return wrong(session);
  session.send("echo " + text);
}
function wrong(session) {
  ${wrong}
}
${more}`;
const WRONG_LINE = 7;

/** Serves one such script; answers what its client hears after the fault, and what was logged of it. */
async function afterFault(
  source: string,
): Promise<{ app: RunningApp; heard: unknown; line: string; at: unknown }> {
  const app = await RunningApp.serve(folderOf({ "ws/bad.js": source }));
  expect(app.server.problems.map(formatProblem)).toEqual([]);
  const client = app.connect("/ws/bad");
  client.send("wrong");
  client.send("next");
  const heard = await client.next();
  const { text, fields } = await app.logged(/^onMessage: /);
  return { app, heard, line: text, at: fields["at"] };
}

const faults: Readonly<Record<string, readonly [wrong: string, line: RegExp]>> = {
  "throws an error": [
    'throw new TypeError("broken");',
    /^onMessage: TypeError: broken\n +at wrong \(ws\/bad\.js:7:\d+\)/,
  ],
  "calls a value that is not a function": [
    "session.nothing();",
    /^onMessage: TypeError: session\.nothing is not a function/,
  ],
  rejects: ['return Promise.reject(new Error("later"));', /^onMessage: Error: later/],
  "rejects after a while": [
    'return Promise.resolve().then(() => { throw new Error("much later"); });',
    /^onMessage: Error: much later/,
  ],
};

const oddities: Readonly<Record<string, readonly [wrong: string, line: RegExp]>> = {
  "throws null": ["throw null;", /^onMessage: null \(thrown, not an Error\)/],
  "throws undefined": ["throw undefined;", /^onMessage: undefined \(thrown, not an Error\)/],
  "throws a text": ['throw "text";', /^onMessage: text \(thrown, not an Error\)/],
  "throws a symbol": ['throw Symbol("odd");', /^onMessage: Symbol\(odd\) \(thrown, not an Error\)/],
  "throws a frozen object": [
    "throw Object.freeze({ code: 7 });",
    /^onMessage: \{"code":7\} \(thrown, not an Error\)/,
  ],
  "throws an object that contains itself": [
    "const self = {}; self.self = self; throw self;",
    /^onMessage: object/,
  ],
  "throws an object without a prototype": ["throw Object.create(null);", /^onMessage: \{\}/],
  "throws a revoked proxy": [
    "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;",
    /^onMessage: object \(thrown, not an Error\)/,
  ],
  "throws an error whose stack throws": [
    'throw Object.defineProperty(new Error("trap"), "stack", { get() { throw new Error("sprung"); } });',
    /^onMessage: Error: trap/,
  ],
  "throws an error whose message throws": [
    'throw Object.defineProperty(new Error("trap"), "message", { get() { throw new Error("sprung"); } });',
    /^onMessage: /,
  ],
  "throws an error that cannot be written to": [
    'throw Object.freeze(new Error("cold"));',
    /^onMessage: Error: cold\n.*bad\.js:7/,
  ],
  "throws an error with a message of lines": [
    'throw new Error("one\\ntwo\\n    at fake (/etc/passwd:1:1)");',
    /bad\.js:7/,
  ],
  "throws its own cause": ['const e = new Error("ring"); e.cause = e; throw e;', /^onMessage: Error: ring/],
  "rejects with nothing": ["return Promise.reject();", /^onMessage: undefined/],
  "returns a thenable that throws": [
    'return { then() { throw new Error("then"); } };',
    /^onMessage: Error: then/,
  ],
  "returns what throws when asked for then": [
    'return { get then() { throw new Error("then?"); } };',
    /^onMessage: Error: then\?/,
  ],
  "overflows the stack": [
    "(function deep() { return deep() + 1; })();",
    /^onMessage: RangeError: Maximum call stack/,
  ],
};

describe("a handler that goes wrong", () => {
  it.each(Object.entries(faults))(
    "%s: logged with its line, counted, and the session stays",
    async (_, [wrong, line]) => {
      const fault = await afterFault(script(wrong));
      expect(fault.heard).toBe("echo next");
      expect(fault.line).toMatch(line);
      expect(fault.at).toMatch(new RegExp(`^ws/bad\\.js:${WRONG_LINE}:\\d+$`));
      const { faults: counted, sessions } = await fault.app.health();
      expect({ counted, sessions }).toEqual({ counted: 1, sessions: 1 });
    },
  );

  it.each(Object.entries(oddities))(
    "%s: logged, counted, and the session stays",
    async (_, [wrong, line]) => {
      const fault = await afterFault(script(wrong));
      expect(fault.heard).toBe("echo next");
      expect(fault.line).toMatch(line);
      expect((await fault.app.health()).faults).toBe(1);
    },
  );

  it("throws a message of 1 MB: the log keeps its beginning", async () => {
    const fault = await afterFault(script('throw new Error("m".repeat(1_000_000));'));
    expect(fault.heard).toBe("echo next");
    expect(fault.line).toMatch(/^onMessage: Error: m{1000}/);
    expect(fault.line.length).toBeLessThan(10_000);
    expect(fault.at).toMatch(/^ws\/bad\.js:7:/);
  });

  it("is reported by the lines of the source file, TypeScript and imports included", async () => {
    const app = await RunningApp.serve(
      folderOf({
        "ws/typed.ts": [
          'import { fail } from "../lib/fail.ts";',
          "interface Unused {\n  readonly a: string;\n}\n",
          "export function onMessage(session: WebSocketSession, text: string): void {",
          "  fail<Unused>(text);\n}",
        ].join("\n"),
        "lib/fail.ts":
          "type T<X> = X;\n\nexport function fail<X>(text: string): T<X> {\n  throw new Error(text);\n}\n",
      }),
    );
    app.connect("/ws/typed").send("in the library");
    const { text, fields } = await app.logged(/^onMessage: /);
    expect(text).toMatch(
      /Error: in the library\n +at fail \(lib\/fail\.ts:4:9\)\n +at onMessage \(ws\/typed\.ts:7:3\)/,
    );
    expect(fields).toMatchObject({ script: "ws/typed.ts", at: "lib/fail.ts:4:9", fault: "handler" });
  });
});

describe("sending a value that is not a message", () => {
  it.each<[string, RegExp]>([
    [
      "session.send({ a: 1 });",
      /^onMessage: TypeError: session\.send takes a string or bytes, got an object; did you mean JSON\.stringify\(value\)\?\n/,
    ],
    ["session.send([1]);", /session\.send takes .*got an array; did you mean JSON\.stringify/],
    ["session.send();", /session\.send takes .*got undefined/],
    ["session.send(null);", /session\.send takes .*got null/],
    ["session.send(7);", /session\.send takes .*got a number; did you mean String\(value\)/],
    ["session.send(new Map());", /session\.send takes .*got a Map/],
    ["session.send(Object.create(null));", /session\.send takes .*got an object/],
    ["session.send(Promise.resolve('late'));", /session\.send takes .*got a Promise/],
    [
      "session.room('r').broadcast({});",
      /room\.broadcast takes .*got an object; did you mean JSON\.stringify/,
    ],
    ["session.room('r').broadcastExcept({});", /room\.broadcastExcept takes .*JSON\.stringify/],
    ["diesel.getWebSocketService().room('r').broadcast({});", /broadcast takes .*JSON\.stringify/],
    ["session.close('now');", /session\.close takes a number as code, got a string/],
    ["session.close(1001);", /session\.close takes 1000 or 3000 to 4999 as code, got 1001/],
    ["session.close(4000, 'x'.repeat(124));", /session\.close takes a reason of at most 123 bytes, got 124/],
    ["session.room(5);", /session\.room takes a string as roomName, got a number/],
  ])("%s is a fault that names the call, the remedy and the script's line", async (wrong, line) => {
    const fault = await afterFault(script(wrong));
    expect(fault.heard).toBe("echo next");
    expect(fault.line).toMatch(line);
    expect(fault.at).toMatch(/^ws\/bad\.js:7:\d+$/);
  });
});

describe("every handler may go wrong", () => {
  const all = `
export function onUpgrade(request) { if (request.getParameter("at") === "upgrade") throw new Error("upgrade"); return true; }
export function onOpen(session) { session.send("open"); throw new Error("in onOpen"); }
export function onMessage(session, text) { session.send(text); throw new Error("in onMessage"); }
export function onBinary(session) { session.send("bytes"); throw new Error("in onBinary"); }
export function onClose(session) { throw new Error("in onClose"); }
export function onError(session, error) { session.send("told: " + error.message); throw new Error("in onError"); }
`;

  it("ends no session and loses no event", async () => {
    const app = await RunningApp.serve(folderOf({ "ws/all.js": all }));
    const client = app.connect("/ws/all");
    client.send("hi");
    client.send(new Uint8Array(3));
    const heard = [];
    for (let count = 0; count < 6; count++) heard.push(await client.next());
    expect(heard).toEqual([
      "open",
      "told: in onOpen",
      "hi",
      "told: in onMessage",
      "bytes",
      "told: in onBinary",
    ]);
    client.close();
    await app.logged(/in onClose/);
    for (const line of [
      /^onOpen: Error: in onOpen/,
      /^onMessage: /,
      /: Error: in onBinary/,
      /^onClose: /,
      /^onError: /,
    ]) {
      expect((await app.logged(line)).fields["at"]).toMatch(/^ws\/all\.js:\d:\d+$/);
    }
    await expect.poll(() => app.server.sessionCount).toBe(0);
  });

  it("a fault in onUpgrade answers 503, and the next client is asked again", async () => {
    const app = await RunningApp.serve(folderOf({ "ws/all.js": all }));
    await expect(app.connect("/ws/all?at=upgrade").opened).rejects.toMatchObject({ status: 503 });
    expect(await app.connect("/ws/all").next()).toBe("open");
    expect((await app.logged(/^onUpgrade: Error: upgrade/)).fields["at"]).toMatch(/^ws\/all\.js:2:/);
  });

  it("a connection's evaluation that throws is a fault of that connection's", async () => {
    const source = [
      "if (globalThis.parlorTestOnce) throw new Error('second evaluation');",
      "globalThis.parlorTestOnce = true;",
      "export function onMessage(session, text) { session.send(text); }",
    ].join("\n");
    const app = await RunningApp.serve(folderOf({ "ws/once.js": source }));
    const first = app.connect("/ws/once");
    first.send("fine");
    expect(await first.next()).toBe("fine");
    app.connect("/ws/once").send("never answered");
    expect((await app.logged(/second evaluation/)).fields["at"]).toMatch(/^ws\/once\.js:1:/);
    first.send("still fine");
    expect(await first.next()).toBe("still fine");
  });

  it("a throw in a timer and an unhandled rejection are faults as well", async () => {
    const source = `export const scope = "route";
export function onMessage(session, text) {
  if (text === "timer") setTimeout(() => { throw new Error("in a timer"); }, 0);
  else if (text === "rejection") void Promise.reject(new Error("forgotten"));
  else session.send(text);
}
export function onError(session, error) { console.log("told " + (session === null) + " " + error.message); }
`;
    const app = await RunningApp.serve(folderOf({ "ws/loose.js": source }));
    const client = app.connect("/ws/loose");
    client.send("timer");
    expect((await app.logged(/^in a timer: Error: in a timer/)).fields["at"]).toMatch(/^ws\/loose\.js:3:/);
    client.send("rejection");
    expect((await app.logged(/^unhandled rejection: Error: forgotten/)).fields["at"]).toMatch(
      /^ws\/loose\.js:4:/,
    );
    await app.logged(/^told true forgotten/);
    client.send("alive");
    expect(await client.next()).toBe("alive");
    expect((await app.health()).faults).toBe(2);
  });
});
