// Programs in the style of braces and comments that is common for Bolt.
import { describe, expect, it } from "vitest";
import { serveOn } from "../../../support/served-app.ts";

const program = `load "bolt.ring"

// Kept while the program runs
aTeas = [
	[:id = 1, :Name = "Darjeeling"],
	[:id = 2, :Name = "Assam"]
]
nNextId = 3

new Bolt() {
	cPort = sysget("PORT_OF_NOTHING")
	if cPort = "" { cPort = "3000" }
	port = number(cPort)

	prefix("/api")
		/// All of them
		@get("/teas", func {
			$bolt.json([:ok = $bolt.jsonTrue(), :none = $bolt.jsonFalse(), :data = aTeas, :count = len(aTeas)])
		})
		@get("/teas/:id", func {
			nId = 0 + $bolt.param("id")
			for aTea in aTeas {
				if (aTea[:id] = nId) {
					$bolt.json(aTea)
					return
				}
			}
			$bolt.jsonWithStatus(404, [:error = "no such tea"])
		})
		where("id", "[0-9]+")
		@post("/teas", func {
			data = $bolt.jsonBody()
			if data[:name] = "" or isNull(data[:name]) {
				$bolt.badRequest("a name, please")
				return
			else
				add(aTeas, [:id = nNextId, :name = data[:name]])
				nNextId++
			ok
			$bolt.jsonWithStatus(201, aTeas[len(aTeas)])
		})
		@delete("/teas/:id", func {
			for i = 1 to len(aTeas) {
				if aTeas[i][:id] = number($bolt.param("id"))
					del(aTeas, i)
					$bolt.sendStatus(204)
					return
				ok
			}
			$bolt.notFound()
		})
	endPrefix()

	@get("/truth", func {
		data = $bolt.jsonDecode('{"on": true, "off": false, "text": "x"}')
		$bolt.json([
			$bolt.jsonIsTrue(data[:on]), $bolt.jsonIsFalse(data[:off]), $bolt.jsonIsTrue(data[:off]),
			$bolt.jsonIsFalse(data[:on]), $bolt.jsonIsTrue(data[:text]), $bolt.jsonToBool($bolt.jsonTrue()),
			$bolt.jsonToBool($bolt.jsonFalse()), $bolt.jsonIsFalse($bolt.jsonFalse())
		])
	})
	@get("/page", func {
		$bolt.html(\`<p>
\` + len(aTeas) + \`</p>\`)
	})
}
`;

describe("an app for HTTP in Ring", () => {
  it("keeps its lists between requests", async () => {
    const served = await serveOn("thread", { "bolt/teas.ring": program });
    const json = async (path: string, init?: RequestInit): Promise<unknown> => {
      const response = await served.fetch(path, init);
      return [response.status, JSON.parse((await response.text()) || "null") as unknown];
    };
    const post = (body: string): Promise<unknown> => json("/api/teas", { method: "POST", body });
    expect(await json("/api/teas/2")).toEqual([200, { id: 2, name: "Assam" }]);
    expect(await json("/api/teas/7")).toEqual([404, { error: "no such tea" }]);
    expect(await post('{"name":"Grüner Tee"}')).toEqual([201, { id: 3, name: "Grüner Tee" }]);
    expect(await served.text("/api/teas", { method: "POST", body: "{}" })).toBe("a name, please");
    expect(await json("/api/teas/1", { method: "DELETE" })).toEqual([204, null]);
    const data = [
      { id: 2, name: "Assam" },
      { id: 3, name: "Grüner Tee" },
    ];
    expect(await json("/api/teas")).toEqual([200, { ok: true, none: false, data, count: 2 }]);
    expect(await served.text("/page")).toBe("<p>\n2</p>");
  });

  it("sends true and false of JSON, and tells them", async () => {
    const served = await serveOn("thread", { "bolt/teas.ring": program });
    expect(await served.text("/truth")).toBe("[1,1,0,0,0,1,0,1]");
  });

  it("sends true and false back that came as such, also from a copy, and other numbers as they are", async () => {
    const served = await serveOn("thread", {
      "bolt/todos.ring": `load "bolt.ring"
aTodos = []
new Bolt() {
	@post("/todos", func {
		data = $bolt.jsonBody()
		data[:count] = 1
		add(aTodos, data)
		data[:late] = true
		$bolt.json(aTodos)
	})
	@put("/todos", func {
		aTodos[1][:done] = 1
		aTodos[1][:level] = 2
		aTodos[1][:flags] + false
		$bolt.json(aTodos[1])
	})
}
`,
    });
    const body = '{"done":false,"n":0,"level":true,"flags":[true,false],"mixed":[true,1]}';
    expect(await served.text("/todos", { method: "POST", body })).toBe(
      '[{"done":false,"n":0,"level":true,"flags":[true,false],"mixed":[1,1],"count":1}]',
    );
    expect(await served.text("/todos", { method: "PUT" })).toBe(
      '{"done":true,"n":0,"level":2,"flags":[true,false,false],"mixed":[1,1],"count":1}',
    );
  });
});

describe("a program that was written for Bolt's own server", () => {
  const settings = `load "bolt.ring"
new Bolt() {
	setTimeout(30000)
	enableLogging()
	enableCors()
	setDocsInfo("Teas", "1.0", "All teas")
	@get("/teas", func { $bolt.json([:teas = []]) })
	describe("All teas")
	tag("Teas")
	@get("/cups", func { $bolt.json([:cups = 2]) })
	describe("All cups")
}
`;

  it("goes on after settings that have no effect, and each is in the log once", async () => {
    const served = await serveOn("thread", { "bolt/teas.ring": settings });
    expect(await served.text("/teas")).toBe('{"teas":[]}');
    expect(await served.text("/cups")).toBe('{"cups":2}');
    const named = served.log.entries.filter(({ fields }) => fields["code"] === "PARLOR_SETTING_ABSENT");
    expect(named.map(({ text }) => /^\$bolt\.(\w+)\(.*\) has no effect: /.exec(text)?.[1])).toEqual([
      ...["setTimeout", "enableLogging", "enableCors", "setDocsInfo", "describe", "tag"],
    ]);
  });

  it("serves the files of a folder by `@static`, and no others", async () => {
    const served = await serveOn("thread", {
      "bolt/files.ring": `load "bolt.ring"
new Bolt() {
	@static("/assets", "./static/")
}
`,
      "static/css/a.css": "p { color: red }",
      "static/.hidden": "secret",
    });
    const response = await served.fetch("/assets/css/a.css");
    expect(response.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(await response.text()).toBe("p { color: red }");
    const others = [
      "none.css",
      ".hidden",
      "..%2fbolt%2ffiles.ring",
      "css%5C..%5C..%5Cbolt%5Cfiles.ring",
      "css",
    ];
    for (const path of others) expect((await served.fetch(`/assets/${path}`)).status, path).toBe(404);
  });
});
