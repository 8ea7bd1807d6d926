import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Words that have a better one in the glossary. */
const retired: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\belders?\b/i, "draining host"],
  [/\bforsak\w*/i, "abandon"],
  [/\blegac(?:y|ies)\b/i, "handover state"],
  [/\badopt(?:s|ed|ing|er|ions?)?\b/i, "take over, takeover"],
  [/\bsucces(?:sions?|sors?)\b/i, "handover, new host"],
  [/\bheirs?\b/i, "new host"],
  [/\bestates?\b/i, "handover state"],
  [/(?<!font: |")\binherit\w*/i, "take over"],
  [/\bretire(?:s|d|ment)?\b/i, "drain, replace"],
  [/\btolls?\b/i, "crash report"],
  [/\bsea(?:t|ts)\b/i, "session state"],
  [/\bsheaf\b/i, "frame batch"],
  [/\blanes?\b/i, "session queue"],
  [/\bdeviations?\b/i, "frame selection"],
  [/\bturn[- ]?log\b/i, "frame arena"],
  [/\bpulses?\b/i, "tick sample"],
  [/\bbirth\b/i, "init"],
  [/\bwishes\b/i, "run options"],
  [/\binert\b/i, "stub"],
  [/\boutsiders?\b/i, "context for an embedder"],
  [/\bkin\b/i, "another"],
  [/\brestless\b/i, "busy"],
  [/\bhouses?\b/i, "server, project"],
];

/** Habits that may occur at most this often in the whole project. */
const LIMIT = 5;
const habits: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["tell, told", /\b(?:tell|tells|telling|told)\b/gi],
  ["whoever, nobody, somebody", /\b(?:whoever|nobody|somebody|everybody|someone|no one)\b/gi],
  ["anew", /\banew\b/gi],
  ["is no", /(?<!\bthere )\bis no\b(?! longer| more\b)/gi],
  ["the … before", /\bthe (?:one|ones|version|host|event|part|line|session|thread) before\b/gi],
];

/** The published APIs are quoted there, word for word. */
const quoting = ["docs/diesel-api.md"];

const self = relative(root, import.meta.filename);

function filesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name).replaceAll("\\", "/"))
    .filter((name) => ending.test(name) && !name.includes("node_modules") && name !== self);
}

const pages = [
  ...["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md", "llms.txt"],
  ...filesIn("docs", /\.md$/),
  ...filesIn("examples", /\.(?:md|ts|js|html)$/),
  ...filesIn("templates", /\.(?:md|ts|js|html)$/),
];
const sources = [...filesIn("src", /\.ts$/), ...filesIn("types", /\.d\.ts$/)];
const tests = filesIn("test", /\.ts$/);

/** Each line of a file that counts, with its number: of tests only titles and comments. */
function linesOf(file: string): (readonly [place: string, text: string])[] {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const isTest = file.startsWith("test/");
  return lines.flatMap((text, index) =>
    isTest && !/^\s*(?:test|it|describe)\b.*\(|^\s*(?:\/\/|\/?\*)/.test(text)
      ? []
      : [[`${file}:${index + 1}`, text] as const],
  );
}

const isProse = (file: string, text: string): boolean =>
  !file.endsWith(".ts") || /\/\/|^\s*\/?\*|["'`]/.test(text);

const all = [...sources, ...pages, ...tests]
  .filter((file) => !quoting.includes(file))
  .map((file) => ({ file, lines: linesOf(file) }));

describe("src, types, docs and the names of tests", () => {
  test.each(retired)("do not have the retired word %s: write %s", (word) => {
    const found = all.flatMap(({ lines }) => lines).filter(([, text]) => word.test(text));
    expect(found.map(([place, text]) => `${place} ${text.trim().slice(0, 80)}`)).toEqual([]);
  });
});

test("a retired word is matched as a whole word only", () => {
  const isRetired = (text: string): boolean => retired.some(([word]) => word.test(text));
  expect(["the legacy of a script", "an heir"].every(isRetired)).toBe(true);
  expect(["kinds", "the holder of the lock", "a skin", "succeeds"].some(isRetired)).toBe(false);
});

describe("comments, docs and the names of tests", () => {
  test.each(habits)(`have "%s" at most ${LIMIT} times`, (_, pattern) => {
    const found = all.flatMap(({ file, lines }) =>
      lines
        .filter(([, text]) => isProse(file, text))
        .flatMap(([place, text]) => [...text.matchAll(pattern)].map(([match]) => `${place} ${match}`)),
    );
    expect(found.length > LIMIT ? found : []).toEqual([]);
  });
});
