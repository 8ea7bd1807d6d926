import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { ParlorError } from "../../src/boundary/errors.ts";
import { serve } from "../../src/server/serve.ts";
import { silentLog } from "../../src/log.ts";
import { IDLE_LOOP } from "../support/idle-loop.ts";
import { folderOf, type Files } from "../support/running-app.ts";

/** Each would be served with the defaults, and so with every origin allowed, if its problem were only reported. */
const configs: [why: string, text: string, place: RegExp][] = [
  [
    "has a syntax error",
    'export default { allowedOrigins: ["https://example.org"] ;',
    /^parlor\.config\.js:1:\d+: /,
  ],
  ["throws", 'throw new Error("no secrets here");', /^parlor\.config\.js:.*no secrets here/],
  ["never finishes loading", IDLE_LOOP, /^parlor\.config\.js: /],
  [
    "imports a file that is missing",
    'import "./missing.js";\nexport default {};',
    /^parlor\.config\.js:1:.*missing/,
  ],
  [
    "imports a file with a syntax error",
    'import "./lib/broken.js";\nexport default {};',
    /^lib\/broken\.js:1:/,
  ],
  ["exports nothing", "export {};", /^parlor\.config\.js: /],
  ["exports a promise", "export default Promise.reject(new Error('later'));", /is a Promise/],
  ["has a wrong option", "export default { prot: 1 };", /did you mean "port"/],
];

describe("an app whose config does not load", () => {
  it.each(configs)("is refused by serve() when the config %s", async (_why, text, place) => {
    const error = await refusalOf({ "parlor.config.js": text, "lib/broken.js": "export const a = {;" });
    expect(error.code).toBe("PARLOR_CONFIG");
    expect(error.message).toMatch(place);
  });

  it("is refused by serve() when there are two configs", async () => {
    const files = { "parlor.config.js": "export default {};", "parlor.config.ts": "export default {};" };
    expect(await refusalOf(files)).toMatchObject({ code: "PARLOR_CONFIG" });
  });

  it.each(["parlor.config.cjs", "parlor.config.json", "Parlor.config.js"])(
    "is refused by serve() when the config is named %s",
    async (name) => {
      const error = await refusalOf({ [name]: "{}" });
      expect(error.code).toBe("PARLOR_CONFIG");
      expect(error.message).toContain(`${name}: not read`);
    },
  );

  it("is refused by serve() before the port is opened", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    expect(await refusalOf({ "parlor.config.js": "export default {" }, port)).toMatchObject({
      code: "PARLOR_CONFIG",
    });
    other.close();
  });
});

async function refusalOf(files: Files, port = 0): Promise<ParlorError> {
  const script = "export const onMessage = (session, text) => session.send(text);";
  const dir = folderOf({ "ws/chat.js": script, ...files });
  const served = await serve({ dir, port, log: silentLog }).catch((error: unknown) => error);
  if (served instanceof ParlorError) return served;
  throw new Error("serve() did not refuse the app");
}
