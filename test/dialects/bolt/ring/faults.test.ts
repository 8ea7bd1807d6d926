import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadApp } from "../../../../src/load/load-app.ts";
import { formatProblem } from "../../../../src/load/files/app-problem.ts";
import { folderOf } from "../../../support/running-app.ts";
import { serveOn } from "../../../support/served-app.ts";

/** The problems of an app, as `parlor check` shows them. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { problems } = await loadApp(folderOf(files));
  return problems.map(formatProblem);
}

const program = `load "bolt.ring"
load "lib/tools.ring"

new Bolt() {
  @ws("/chat", "", func {
    msg = $bolt.wsEventMessage()
    switch msg
    on "own"
      ? missing
    on "loaded"
      deep(1)
    on "call"
      $bolt.wsSendTo(1)
    on "caught"
      try
        deep(1)
      catch
        $bolt.wsSendTo($bolt.wsClientId(), "caught: " + cCatchError)
      done
    on "grüß"
      raise("größer als nötig")
    other
      $bolt.wsSendTo($bolt.wsClientId(), "got " + msg)
    off
  }, "")
}
`;

const tools = `func deep n
  aList = [1, 2, 3]

  return aList[n + 7]
`;

const files = { "bolt/chat.ring": program, "bolt/lib/tools.ring": tools };

describe("a fault in a handler in Ring", () => {
  it.each([
    ["own", /Error \(R24\) : Using uninitialized variable: missing[^]*bolt\/chat\.ring:9:7/],
    [
      "loaded",
      /Error \(R2\) : Array Access \(Index out of range\)[^]*bolt\/lib\/tools\.ring:4:3[^]*bolt\/chat\.ring:11:7/,
    ],
    ["call", /\$bolt\.wsSendTo\(cClientId, cMessage\) takes 2 arguments, got 1[^]*bolt\/chat\.ring:13:7/],
    ["grüß", /größer als nötig[^]*bolt\/chat\.ring:21:7/],
  ])("%s is logged with file and line, and the client stays", async (message, text) => {
    const served = await serveOn("thread", files);
    const anna = await served.open("/chat");
    anna.send(message);
    anna.send("hi");
    expect(await anna.next()).toBe("got hi");
    const fault = await served.logged(text);
    expect(fault.level).toBe("error");
  });

  it("is an error that the program can catch", async () => {
    const served = await serveOn("thread", files);
    const anna = await served.open("/chat");
    anna.send("caught");
    expect(await anna.next()).toBe("caught: Error (R2) : Array Access (Index out of range)");
  });

  it("at the top of the program is logged with file and line", async () => {
    const served = await serveOn("thread", { "bolt/a.ring": `x = 1\n\n? x / 0\n` });
    await served.logged(/Error \(R1\) : Can't divide by zero[^]*bolt\/a\.ring:3:1/);
  });

  it("a call of Bolt at the top is logged with its place", async () => {
    const served = await serveOn("thread", { "bolt/a.ring": `new Bolt() {\n  @get(7, func { })\n}\n` });
    await served.logged(/bolt\/a\.ring:2:3/);
  });
});

describe("the problems of an app with a program in Ring", () => {
  it("have file, line and column of a syntax error", async () => {
    expect(await problemsOf({ "bolt/a.ring": "x = 1\r\nif x = 1\r\n  ? (x\r\nok\r\n" })).toEqual([
      'bolt/a.ring:4:1: syntax error: unexpected "ok", ")" after the expression is expected; look at this place and at the line above it',
    ]);
  });

  it("name the file that is wrong when another one loads it", async () => {
    const wrong = { "bolt/a.ring": `load "lib/b.ring"\n`, "bolt/lib/b.ring": "x = 1\ny = )\n" };
    expect(await problemsOf(wrong)).toEqual([
      expect.stringMatching(/^bolt\/lib\/b\.ring:2:5: syntax error: /),
    ]);
  });

  it("name the place of a load without its file", async () => {
    expect(await problemsOf({ "bolt/a.ring": `? 1\nload "lib/gone.ring"\n` })).toEqual([
      expect.stringMatching(/^bolt\/a\.ring:2:1: .*lib\/gone\.ring/),
    ]);
  });

  it("name the parts of Ring that are left out", async () => {
    expect(await problemsOf({ "bolt/a.ring": `? 1\neval("? 2")\n` })).toEqual([
      'bolt/a.ring:2:1: "eval()" of Ring is not in Parlor; remove the call',
    ]);
  });

  it("are none for a program that is right, and two files of one name exclude each other", async () => {
    expect(await problemsOf(files)).toEqual([]);
    expect(await problemsOf({ "bolt/a.ring": "? 1", "bolt/a.ts": "" })).toEqual([
      expect.stringContaining("bolt/a.ring and bolt/a.ts"),
    ]);
  });
});

describe("a program in Ring is reloaded", () => {
  const version = (text: string): string => `load "bolt.ring"
load "lib/name.ring"
new Bolt() { @ws("/chat", "", func { $bolt.wsSendTo($bolt.wsClientId(), "${text} " + name()) }, "") }
`;

  it("when it or a file that it loads is saved, and its clients stay", async () => {
    const served = await serveOn("thread", {
      "bolt/chat.ring": version("one"),
      "bolt/lib/name.ring": `func name return "a"`,
    });
    const anna = await served.open("/chat");
    anna.send("?");
    expect(await anna.next()).toBe("one a");
    writeFileSync(join(served.dir, "bolt/chat.ring"), version("two"));
    await served.server.reload();
    anna.send("?");
    expect(await anna.next()).toBe("two a");
    writeFileSync(join(served.dir, "bolt/lib/name.ring"), `func name return "b"`);
    await served.server.reload();
    anna.send("?");
    expect(await anna.next()).toBe("two b");
  });

  it("not to a version that has a syntax error", async () => {
    const files = { "bolt/chat.ring": version("one"), "bolt/lib/name.ring": `func name return "a"` };
    const served = await serveOn("thread", files);
    const anna = await served.open("/chat");
    writeFileSync(join(served.dir, "bolt/chat.ring"), "new Bolt( {");
    await served.server.reload();
    anna.send("?");
    expect(await anna.next()).toBe("one a");
  });
});

describe("the error handler of a Ring program", () => {
  const failing = `load "bolt.ring"
new Bolt() {
	@error(func {
		if $bolt.wsEventMessage() != ""
			$bolt.wsSendTo($bolt.wsClientId(), "failed: " + cCatchError)
			return
		ok
		$bolt.jsonWithStatus(500, [:error = cCatchError])
	})
	@get("/index", func { a = [1] ? a[2] })
	@get("/raise", func { raise("größer") })
	@ws("/chat", "", func { x = 1 / 0 }, "")
}
`;

  it("reads the text of the error in cCatchError", async () => {
    const served = await serveOn("thread", { "bolt/a.ring": failing });
    expect(await served.text("/index")).toBe('{"error":"Error (R2) : Array Access (Index out of range)"}');
    expect(await served.text("/raise")).toBe('{"error":"größer"}');
    const client = await served.open("/chat");
    client.send("x");
    expect(await client.next()).toBe("failed: Error (R1) : Can't divide by zero");
  });
});
