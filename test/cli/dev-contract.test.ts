// `parlor dev`, when a saved script breaks the contract that connected clients hold.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PATIENCE_MS } from "../support/patience.ts";
import { ServedProcess } from "./lifetime/served-process.ts";

const script = (names: readonly string[]): string => `
  const schema = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
  export const messages = { in: { ${names.map((name) => `${name}: schema`).join(", ")} } };
  const handle = (session) => session.send("${names.join(" ")}");
  export const on = { ${names.map((name) => `${name}: handle`).join(", ")} };
`;

test(
  "parlor dev serves a version that breaks connected clients at once, and warns of it",
  async () => {
    const served = new ServedProcess({ "ws/chat.js": script(["say", "wave"]) }, { command: "dev" });
    const client = await served.open("/ws/chat");
    const said = async (): Promise<unknown> => (client.send('{"type":"say"}'), client.next());
    expect(await said()).toBe("say wave");
    writeFileSync(join(served.dir, "ws/chat.js"), script(["say"]));
    await expect
      .poll(() => served.process.err, { timeout: PATIENCE_MS })
      .toMatch(/ws\/chat\.js: .*wave.*1 session/);
    await expect.poll(said, { timeout: PATIENCE_MS }).toBe("say");
    client.close();
  },
  3 * PATIENCE_MS,
);
