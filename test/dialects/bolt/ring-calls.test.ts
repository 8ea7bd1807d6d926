import { describe, expect, it } from "vitest";
import { serveOn } from "../../support/served-app.ts";

const program = `load "bolt.ring"
new Bolt() {
    prefix("/api")
    @get("/posts/:year/:slug", func {
        $bolt.json([:year = $bolt.param("year"), :tags = $bolt.queryAll("tag")])
    })
    whereAll([["year", "^[0-9]{4}$"], ["slug", "^[a-z]+$"]])
    @get("/page", func {
        $bolt.render("{{ title }}{% for item in items %}-{{ item.name }}{% endfor %}", [
            :title = "<Tea>", :items = [[:name = "a", :n = 1], [:name = "b", :n = 2]]
        ])
    })
    @get("/empty", func { $bolt.render("nothing", []) })
    @get("/form", func { $bolt.json($bolt.jsonDecode("{")) })
    @get("/missing", func { $bolt.jwtEncode([:a = 1], "secret") })
    endPrefix()
    @sse("/news/:topic")
    sseFilterParams("/news/:topic")
    @post("/news", func {
        $bolt.json([:sent = $bolt.sseBroadcastParams("/news/:topic", $bolt.body(), [:topic = "tea"])])
    })
    @before(func { $bolt.setCookie("seen", "1") })
    @error(func cError { $bolt.sendWithStatus(500, cError) })
}
`;

describe("Bolt's calls from Ring", () => {
  it("take lists and hash lists, and return them", async () => {
    const served = await serveOn("thread", { "bolt/program.ring": program });
    const post = await served.fetch("/api/posts/2026/tea?tag=a&tag=b");
    expect([await post.text(), post.headers.get("set-cookie")]).toEqual([
      '{"year":"2026","tags":["a","b"]}',
      "seen=1; Path=/",
    ]);
    expect(await served.text("/api/posts/2026/7")).toBe("Invalid parameter: slug");
    expect(await served.text("/api/page")).toBe("&lt;Tea&gt;-a-b");
    expect(await served.text("/api/empty")).toBe("nothing");
    expect(await served.text("/api/form")).toBe("[]");
    expect(await served.text("/news", { method: "POST", body: "x" })).toBe('{"sent":0}');
    expect(await served.text("/api/missing")).toContain("$bolt.jwtEncode(aData, cSecret) is not in Parlor");
  });

  it("say that they are not in Parlor, also in the braces", async () => {
    const missing = `load "bolt.ring"\nnew Bolt() {\n  ipBlacklist("10.0.0.0/8")\n}\n`;
    const served = await serveOn("thread", { "bolt/program.ring": missing });
    const { text } = await served.log.find(/is not in Parlor/);
    expect(text).toContain("$bolt.ipBlacklist(cIp) is not in Parlor: use a proxy in front");
    expect(text).toMatch(/bolt\/program\.ring:3/);
  });
});
