import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defaults } from "../../src/config.ts";
import { readPages } from "../docs/blocks.ts";
import { needs } from "../support/require.ts";
import { folderOf } from "../support/running-app.ts";

const page = readPages().find(({ name }) => name === "docs/deploy/systemd.md");
const unit = page?.blocks.find(({ language }) => language === "ini")?.text ?? "";

const analyze = needs("systemd-analyze");

describe.skipIf(analyze.skip)("the unit of the page", () => {
  test("has nothing that systemd does not know", () => {
    const file = join(folderOf({}), "tea.service");
    // Node may lie elsewhere on this machine.
    writeFileSync(file, unit.replaceAll("/usr/bin/node", process.execPath));
    const printed = execFileSync("sh", ["-c", `'${analyze.path}' verify --man=no '${file}' 2>&1`], {
      encoding: "utf8",
    });
    expect(printed).toBe("");
  });
});

test("the unit of the page gives the server the time that it may take to stop", () => {
  const seconds = Number(/^TimeoutStopSec=(\d+)s$/m.exec(unit)?.[1]);
  expect(seconds * 1000).toBe(defaults.shutdownGrace + 2000);
});
