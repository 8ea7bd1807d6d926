import { describe, expect, it } from "vitest";
import { boltApp } from "./stage.ts";
import { serveBolt } from "./served.ts";

const files = {
  "templates/layout.html": "<title>{% block title %}{% endblock %}</title>",
  "bolt/templates/home.html":
    '{% extends "../../templates/layout.html" %}{% block title %}{{ title }}{% endblock %}',
  "bolt/data/a.txt": "from bolt/",
  "data/a.txt": "from the app",
  "data/b.json": "{}",
};

describe("files and templates as responses", () => {
  it("come from the program's folder, or else from the app's, with their type", async () => {
    const program = `
      get("/", () => $bolt.renderFile("./templates/home.html", { title: "<Tea>" }));
      get("/inline/:name", () => $bolt.render("Hello {{ name }}{% include 'data/b.json' %}", { name: $bolt.param("name") }));
      get("/a", () => $bolt.sendFile("data/a.txt"));
      get("/b", () => $bolt.sendFile("data/b.json"));
      get("/c", () => $bolt.sendFileAs("data/b.json", "text/x-own"));
      get("/out", () => $bolt.sendFile("../../secret.txt"));
      get("/none", () => $bolt.renderFile("templates/hom.html", {}));
      onError((error) => $bolt.sendWithStatus(500, String(error)));`;
    const served = await serveBolt("thread", program, files);
    const home = await served.fetch("/");
    expect([home.headers.get("content-type"), await home.text()]).toEqual([
      "text/html; charset=utf-8",
      "<title>&lt;Tea&gt;</title>",
    ]);
    expect(await served.text("/inline/Al%26Bo")).toBe("Hello Al&amp;Bo{}");
    expect(await served.text("/a")).toBe("from bolt/");
    const types = [];
    for (const path of ["/a", "/b", "/c"]) types.push((await served.fetch(path)).headers.get("content-type"));
    expect(types).toEqual(["text/plain; charset=utf-8", "application/json", "text/x-own"]);
    expect(await served.text("/out")).toMatch(
      /^Error: \$bolt\.sendFile: "[^"]+" is outside of the app's folder/,
    );
    expect(await served.text("/none")).toBe(
      "Error: $bolt.renderFile(cFilepath, aData): there is no file templates/hom.html in bolt/, nor in the app's folder",
    );
  });

  it("hidden files are not sent, whatever path a client gives", async () => {
    const program = `
      get("/files/*path", () => $bolt.sendFile($bolt.param("path")));
      get("/page", () => $bolt.renderFile($bolt.query("path"), {}));
      get("/inline", () => $bolt.render("{% include path %}", { path: $bolt.query("path") }));
      onError((error) => $bolt.sendWithStatus(500, String(error)));`;
    const hidden = { ".env": "SECRET=1", "bolt/.git/config": "url", "data/a.txt": "seen" };
    const served = await serveBolt("thread", program, hidden);
    for (const path of ["/files/.env", "/files/.git/config", "/page?path=../.env", "/inline?path=./.env"])
      expect(await served.text(path)).toMatch(
        /is hidden: files and folders whose names start with "\." are not sent/,
      );
    expect(await served.text("/page?path=./../data/a.txt")).toBe("seen");
  });

  it("a fault of a template has the place of the call that renders it", async () => {
    const program = `
      get("/inline", () => $bolt.render("{% for a in [1] %}{% if a %}{{ b.c.d }}{% endif %}{% endfor %}", {}));
      get("/file", () => $bolt.renderFile("page.html", {}));
      get("/include", () => $bolt.render("{% include 'page.html' %}", {}));`;
    const served = await serveBolt("thread", program, { "bolt/page.html": "\n{{ a | nofilter }}" });
    const places: Readonly<Record<string, RegExp>> = {
      "/inline": /render:1: "c" is read.+program\.ts:2:/s,
      "/file": /page\.html:2: .+program\.ts:3:/s,
      "/include": /page\.html:2: .+program\.ts:4:/s,
    };
    for (const [path, place] of Object.entries(places)) {
      expect(await served.text(path)).toBe("Internal Server Error");
      await served.logged(place);
    }
  });

  it("renderTemplate returns the text; render does nothing in a WebSocket event", async () => {
    const app = await boltApp(({ ws, $bolt }) => {
      const onMessage = (): void => {
        $bolt.render("{{ a }}", { a: 1 });
        $bolt.wsSendTo($bolt.wsClientId(), $bolt.renderTemplate("[{{ a }}]", { a: "<" }));
      };
      ws("/chat", "", onMessage, "");
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    expect(client.read()).toEqual(["[&lt;]"]);
    expect(app.warnings).toEqual([expect.stringContaining("$bolt.render has no effect")]);
    expect(() => app.bolt.renderTemplate("{{", {})).toThrow(
      "$bolt.renderTemplate:1: the tag does not end; write }}",
    );
    expect(() => app.bolt.renderTemplate("a", "b")).toThrow(
      /^\$bolt\.renderTemplate: the data of a template is an object/,
    );
  });
});
