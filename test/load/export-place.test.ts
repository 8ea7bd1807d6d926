import { describe, expect, test } from "vitest";
import { loadApp } from "../../src/load/load-app.ts";
import { TempApp } from "./temp-app.ts";

async function placesOf(files: Record<string, string>): Promise<string[]> {
  const { problems, warnings } = await loadApp(new TempApp(files).root, { warnings: true });
  return [...problems, ...warnings].map(({ file, line, column, message }) => {
    return `${[file, line, column].join(":")} ${/[\w$]+/.exec(message.replace("exports ", ""))?.[0] ?? ""}`;
  });
}

const OPEN = "export const onOpen = () => {};\n";

describe("a wrong export is reported with the line and the column of its name", () => {
  test.each([
    ['export const scope = "rout";', "1:14 scope"],
    ['export const tickRate = "30"; export const onTick = () => {};', "1:14 tickRate"],
    ["const a = 1,\n  threads = 0;\nexport { threads };", "2:3 threads"],
    ["const many = 0;\nexport { many as threads };", "1:7 threads"],
    ["/* a */ export async function onMesage() {}", "1:31 onMesage"],
    ["export let onMessage = 7;", "1:12 onMessage"],
    ["export class onMessage {}", "1:14 onMessage"],
    ['interface A { b: string }\n\nexport const isolation: string = "vm";', "3:14 isolation"],
    ["import { join } from 'node:path';\nexport const overload = join('a');", "2:14 overload"],
  ])("%s", async (source, place) => {
    const found = await placesOf({ "ws/a.ts": OPEN + source });
    const [line = 0, rest = ""] = /^(\d+)(.*)$/s.exec(place)?.slice(1) ?? [];
    expect(found).toEqual([`ws/a.ts:${Number(line) + 1}${rest}`]);
  });

  test("also where the script exports what another file declares", async () => {
    const lib = 'export const tickRate = "fast";\nexport const onTick = () => {};\n';
    const source = `${OPEN}export {\n  onTick,\n  tickRate,\n} from "../lib/ticks.ts";\n`;
    expect(await placesOf({ "ws/a.ts": source, "lib/ticks.ts": lib })).toEqual(["ws/a.ts:4:3 tickRate"]);
  });

  test("also in http/, cron/ and bolt/, and in a file with Windows line ends", async () => {
    const files = {
      "http/a.ts":
        "\r\nexport const Post = () => new Response();\r\nexport const GET = () => new Response();\r\n",
      "cron/b.ts": '// every day\r\n\r\nexport const schedule = "nope";\r\n',
      "bolt/c.ts": "\nexport const mount = 7;\n",
    };
    expect((await placesOf(files)).sort()).toEqual([
      "bolt/c.ts:2:14 mount",
      "cron/b.ts:3:14 schedule",
      "http/a.ts:2:14 Post",
    ]);
  });

  test("a script without a handler is reported at what it exports, or as a file", async () => {
    expect(await placesOf({ "ws/a.ts": "export const helper = 1;" })).toEqual(["ws/a.ts:1:14 no"]);
    expect(await placesOf({ "ws/a.ts": "" })).toEqual(["ws/a.ts:: nothing"]);
  });
});
