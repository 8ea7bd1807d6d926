import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boltApp } from "./stage.ts";
import { serveBolt } from "./served.ts";

describe("files of a form", () => {
  it("are described, and saved below the app's folder", async () => {
    const program = `post("/", () => {
      const saved = [1, 2, 3].map((index) => $bolt.fileSave(index, "uploads/" + index));
      const found = [$bolt.file(1), $bolt.fileByField("second"), $bolt.file(0), $bolt.fileByField("no")];
      $bolt.json({ count: $bolt.filesCount(), files: $bolt.files(), found, saved, text: $bolt.formField("text") });
    });
    post("/nowhere", () => $bolt.json($bolt.fileSave(1, "no/folder/x")));
    post("/outside", () => $bolt.json($bolt.fileSave(1, "../x")));
    onError((error) => $bolt.sendWithStatus(500, String(error)));`;
    const served = await serveBolt("thread", program, { "uploads/keep.txt": "" });
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
    const form = (): FormData => {
      const data = new FormData();
      data.append("first", new Blob([bytes], { type: "image/png" }), "phé.png");
      data.append("text", "Zoë");
      data.append("second", new Blob(["hi"]), "b.txt");
      return data;
    };
    const first = { name: "phé.png", field: "first", type: "image/png", size: 1000 };
    const second = { name: "b.txt", field: "second", type: "application/octet-stream", size: 2 };
    const response = await served.fetch("/", { method: "POST", body: form() });
    expect(await response.json()).toEqual({
      count: 2,
      files: [first, second],
      found: [first, second, [], []],
      saved: [1, 1, 0],
      text: "Zoë",
    });
    expect(new Uint8Array(readFileSync(join(served.dir, "uploads/1")))).toEqual(bytes);
    expect(await served.text("/nowhere", { method: "POST", body: form() })).toBe("0");
    expect(await served.text("/outside", { method: "POST", body: form() })).toMatch(/outside/);
  });

  it("are none outside of a request", async () => {
    const { bolt } = await boltApp(() => undefined);
    expect([bolt.filesCount(), bolt.files(), bolt.file(1), bolt.fileSave(1, "x")]).toEqual([0, [], [], 0]);
  });
});
