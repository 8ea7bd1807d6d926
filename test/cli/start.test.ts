import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const bundle = resolve("dist/bundle");

/** The packages that a command loads before it begins, by the imports of its bundle. */
function packagesOf(command: string): string[] {
  const first = readdirSync(bundle).find((name) => new RegExp(`^${command}-[A-Z0-9]{8}\\.js$`).test(name));
  const files = new Set([first ?? `no bundle of ${command}`]);
  const packages = new Set<string>();
  for (const file of files) {
    const imports = readFileSync(join(bundle, file), "utf8").matchAll(
      /(?:^|[;}\n])(?:import|export)(?:[^"'`;()]*from)?"([^"]+)"/g,
    );
    for (const [, name = ""] of imports) {
      if (name.startsWith("./")) files.add(name.slice(2));
      else if (!name.startsWith("node:")) packages.add(name);
    }
  }
  return [...packages].sort();
}

test("the packages of the server are found", () => {
  expect(packagesOf("serve")).toEqual(expect.arrayContaining(["esbuild", "pino", "ws"]));
});

test.each(["run", "reload", "top", "nodes"])(
  "parlor %s, which asks a server, loads no package for it",
  (command) => {
    expect(packagesOf(command)).toEqual([]);
  },
);

test.each(["check", "routes", "ring"])("parlor %s loads what reads apps, and no server", (command) => {
  expect(packagesOf(command)).toContain("esbuild");
  for (const name of ["pino", "send", "ws"]) expect(packagesOf(command)).not.toContain(name);
});
