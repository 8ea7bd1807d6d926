// Writes the generated parts of docs/errors.md from the tables in src/boundary/; with --check, only says whether the
// page is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { format, resolveConfig } from "prettier";
import { root } from "./tools.js";

const page = join(root, "docs/errors.md");

process.exitCode = await main(process.argv.includes("--check"));

async function main(checkOnly) {
  const { ERRORS, CLOSE_CODES, REFUSALS } = await tables();
  const text = readFileSync(page, "utf8").replaceAll("\r\n", "\n");
  const parts = {
    errors: sections(ERRORS),
    "close-codes": closeCodes(CLOSE_CODES),
    refusals: refusals(REFUSALS),
  };
  const filled = Object.entries(parts).reduce((whole, [name, part]) => replacePart(whole, name, part), text);
  const fresh = await format(filled, { ...(await resolveConfig(page)), filepath: page });
  if (fresh === text) return 0;
  if (checkOnly) {
    console.error("errors-page: docs/errors.md is out of date: run npm run errors");
    return 1;
  }
  writeFileSync(page, fresh);
  console.log("errors-page: docs/errors.md is written");
  return 0;
}

/** The sources are TypeScript, which not every supported Node can import. */
async function tables() {
  const files = ["errors", "errors/close-codes", "errors/refusals"];
  const contents = files.map((name) => `export * from "./src/boundary/${name}.ts";`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: "esm",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

function replacePart(text, name, part) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`docs/errors.md has no place for ${name}: add ${start} and ${end}`);
  return `${text.slice(0, from)}${start}\n\n${part}\n\n${text.slice(to)}`;
}

function sections(errors) {
  const sorted = Object.entries(errors).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([code, entry]) => sectionOf(code, entry)).join("\n\n");
}

/** The page has the plural: `{count} sessions` for `{count|session|sessions}`. */
function inPlural(text) {
  return text.replaceAll(/\{(\w+)\|[^|}]*\|([^}]*)\}/g, "{$1} $2");
}

function sectionOf(code, { text, level, help, remedy }) {
  const texts = (typeof text === "string" ? [text] : Object.values(text)).filter(
    (line) => !/^\{\w+\}$/.test(line),
  );
  const quoted = texts.map((line) => `> ${inPlural(line).replaceAll("\n", "\n> ")}`).join("\n>\n");
  const [first, ...rest] = [level === "error" ? "" : `Level: ${level}.`, help].filter(Boolean);
  return [`## ${code}`, quoted, [first, ...rest].join(" "), `**What to do:** ${remedy}`].join("\n\n");
}

function closeCodes(codes) {
  const rows = codes.map(({ code, name, meaning, mayReconnect }) => [
    code,
    name,
    meaning,
    yesOrNo(mayReconnect),
  ]);
  return table(["code", "name", "meaning", "connect again"], rows);
}

function refusals(list) {
  const sorted = Object.values(list).toSorted((a, b) => a.status - b.status);
  const rows = sorted.map(({ status, text, meaning, mayRetry }) => {
    return [status, `\`${text}\``, meaning, yesOrNo(mayRetry)];
  });
  return table(["status", "body", "meaning", "try again"], rows);
}

function table(head, rows) {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.join("\n");
}

function yesOrNo(is) {
  return is ? "yes" : "no";
}
