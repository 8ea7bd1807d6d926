import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root, type Block, type Page } from "./blocks.ts";

/** Packages that pages import. */
const PACKAGES = ["@stomp/stompjs", "@types/node", "@types/ws", "croner", "jose", "ws", "zod"];

const served = /^(?:ws|http|cron|tasks)\//;

/** One app of a page, written to the disk, with this package in its node_modules. */
export interface PageApp {
  readonly name: string;
  readonly dir: string;
  /** The blocks to play, in the order of the page. */
  readonly steps: readonly Block[];
  readonly hasFiles: boolean;
  remove(): void;
}

/** The apps of a page, by the names that its blocks give them. */
export function appsOf(page: Page): PageApp[] {
  const names = new Set(page.blocks.filter(isPartOfApp).map(({ app }) => app));
  return [...names].map((name) =>
    appOf(
      name,
      page.blocks.filter((block) => isPartOfApp(block) && block.app === name),
    ),
  );
}

function isPartOfApp({ kind, language, text }: Block): boolean {
  return kind !== "" || (language === "console" && /^\$ curl /m.test(text));
}

function appOf(name: string, blocks: readonly Block[]): PageApp {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "parlor-docs-")));
  writeFileSync(join(dir, "package.json"), '{ "type": "module" }\n');
  install(dir);
  const files = blocks.filter(({ file }) => file !== null);
  for (const { file, text } of files) write(join(dir, file ?? ""), text);
  const isServed = files.some(({ file }) => served.test(file ?? ""));
  if (files.length > 0 && !isServed) write(join(dir, "ws/any.js"), "export function onOpen() {}");
  return {
    name,
    dir,
    steps: blocks.filter(({ file }) => file === null),
    hasFiles: files.length > 0,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function install(dir: string): void {
  for (const scope of ["@stomp", "@types"]) mkdirSync(join(dir, "node_modules", scope), { recursive: true });
  symlinkSync(root, join(dir, "node_modules/parlor"));
  for (const name of PACKAGES) symlinkSync(join(root, "node_modules", name), join(dir, "node_modules", name));
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${text}\n`);
}
