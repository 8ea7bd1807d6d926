import { describe, expect, it } from "vitest";
import { checkApp } from "../../src/server/serve.ts";
import { folderOf } from "../support/running-app.ts";

function script(history: string): string {
  return `export const history = ${history};\nexport const onOpen = () => undefined;`;
}

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { problems } = await checkApp(folderOf(files));
  return problems.map(({ file, message }) => `${file}: ${message}`);
}

describe("the check of an app", () => {
  it("refuses scripts that say different things about the history of one room", async () => {
    const problems = await problemsOf({
      "ws/a.js": script('{ "news/*": { size: 100, seconds: 600 } }'),
      "ws/b.js": script('{ "news/a": { size: 5, seconds: 600 } }'),
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('keeps 5 messages of "news/a" for 600 s, but ws/a.js keeps 100 for 600 s');
  });

  it("lets them say the same, and one script say different things about parts of its rooms", async () => {
    const same = '{ "news/*": { size: 100, seconds: 600 }, "news/a": { size: 1, seconds: 1 } }';
    const other = '{ "chat": { size: 100, seconds: 600 } }';
    const files = { "ws/a.js": script(same), "ws/b.js": script(other), "ws/c.js": script(other) };
    expect(await problemsOf(files)).toEqual([]);
  });

  it("leaves rooms to the configuration that it names", async () => {
    const problems = await problemsOf({
      "parlor.config.js": 'export default { history: { "news/*": { size: 7, seconds: 7 } } };',
      "ws/a.js": script('{ "news/*": { size: 100, seconds: 600 } }'),
      "ws/b.js": script('{ "news/a": { size: 5, seconds: 600 } }'),
    });
    expect(problems).toEqual([]);
  });

  it.each([
    ["7", "history must be an object of rooms"],
    ["{ news: { size: 0, seconds: 1 } }", 'history["news"].size must be a whole number from 1 to 10000'],
  ])("names what is wrong with the export %s", async (history, text) => {
    expect((await problemsOf({ "ws/a.js": script(history) })).join()).toContain(text);
  });

  it("names what is wrong with the configuration", async () => {
    const files = { "parlor.config.js": "export default { history: { a: 7 } };", "ws/a.js": script("{}") };
    expect((await problemsOf(files)).join()).toContain(
      'history["a"] must be an object with size and seconds',
    );
  });
});
