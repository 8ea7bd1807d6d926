import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPages, root } from "./blocks.ts";

/** The pages of docs/, without the index itself. */
const pages = readPages()
  .map(({ name }) => name)
  .filter((name) => name.startsWith("docs/") && name !== "docs/README.md");

/** The rows of the index: the title, the path from the root, and the description of each page. */
function indexRows(): { readonly section: string; readonly row: string; readonly path: string }[] {
  const text = readFileSync(join(root, "docs/README.md"), "utf8");
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((part) => {
      const section = part.slice(0, part.indexOf("\n"));
      const rows = [...part.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\) +\| (.*?) +\|$/gm)];
      return rows.map(([, title = "", link = "", what = ""]) => {
        const path = join("docs", link);
        return { section, path, row: `- [${title}](${path}): ${what}` };
      });
    });
}

describe("docs/README.md", () => {
  test("lists every page once, and no other", () => {
    const listed = indexRows()
      .map(({ path }) => path)
      .filter((path) => path.startsWith("docs/"));
    expect(listed.toSorted()).toEqual(pages.toSorted());
  });

  test("has the title that the page has, or a shorter one", () => {
    for (const { row, path } of indexRows().filter((one) => pages.includes(one.path))) {
      const title = /^# (.+)$/m.exec(readFileSync(join(root, path), "utf8"))?.[1] ?? "";
      const listed = /\[(.+?)\]/.exec(row)?.[1] ?? "";
      const words = listed.toLowerCase().split(" ");
      expect(
        words.some((word) => title.toLowerCase().includes(word)),
        `${listed} for "${title}"`,
      ).toBe(true);
    }
  });
});

describe("llms.txt", () => {
  const text = readFileSync(join(root, "llms.txt"), "utf8");

  test("has the rows of docs/README.md, under the same headings", () => {
    const expected = new Map<string, string[]>();
    for (const { section, row } of indexRows())
      expected.set(section, [...(expected.get(section) ?? []), row]);
    const got = text
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf("\n")), part.match(/^- .*$/gm) ?? []] as const);
    expect(Object.fromEntries(got)).toEqual(Object.fromEntries(expected));
  });

  test("starts with a title and a summary, and links only to what exists", () => {
    expect(text).toMatch(/^# Parlor\n\n> .{50,300}\n\n/);
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(15);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });
});
