import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPages, root } from "./blocks.ts";

const more = [
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "examples/README.md",
  "templates/app/README.md",
  "templates/bolt-ring/README.md",
];
const pages = [
  ...readPages(),
  ...more.map((name) => ({ name, text: readFileSync(join(root, name), "utf8") })),
];

/** The text of a page without its code blocks. */
function prose(text: string): string {
  return text.replaceAll(/^(`{3,}).*\n[^]*?^\1$/gm, "");
}

/** The targets of a page's links inside the repository. */
function linksIn(text: string): string[] {
  const targets = [...prose(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsIn(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function isBroken(from: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? join(root, from) : join(root, dirname(from), path);
  if (!existsSync(file)) return true;
  return anchor !== undefined && !anchorsIn(readFileSync(file, "utf8")).includes(anchor);
}

describe.each(pages)("$name", ({ name, text }) => {
  test("links only to targets that exist", () => {
    expect(linksIn(text).filter((link) => isBroken(name, link))).toEqual([]);
  });

  test("names only files that exist", () => {
    const named = [...prose(text).matchAll(/`((?:src|test|bench|types|templates|examples)\/[^`\s*]*)`/g)];
    expect(named.map(([, path = ""]) => path).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test("a broken link is found", () => {
  expect(linksIn("[a](x.md) [b](https://example.org) ![c](y.svg)\n```\n[d](z.md)\n```\n")).toEqual([
    "x.md",
    "y.svg",
  ]);
  expect(isBroken("docs/scripts.md", "errors.md#close-codes")).toBe(false);
  expect(isBroken("docs/scripts.md", "errors.md#closed-codes")).toBe(true);
  expect(isBroken("docs/scripts.md", "nothing.md")).toBe(true);
});

test("every page of docs/ can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const name of reached) {
    const text = existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8") : "";
    for (const link of linksIn(text)) {
      const [path = ""] = link.split("#");
      if (path.endsWith(".md")) reached.add(join(dirname(name), path));
    }
  }
  expect(readPages().filter(({ name }) => !reached.has(name))).toEqual([]);
});
