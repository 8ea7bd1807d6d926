import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { appFolderFrom } from "../support/app-folder.ts";
import type { AppFolder } from "../support/app-folder.ts";
import { connect } from "../support/client.ts";

interface Person {
  name: string;
}

describe("the chat, when its script is loaded anew", () => {
  let app: AppFolder;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeEach(async () => {
    app = appFolderFrom("examples/chat");
    // Writing this makes the script's thread end, whoever is connected.
    appendFileSync(join(app.dir, "ws/chat.ts"), "\nexport function onBinary() {\n  process.exit(1);\n}\n");
    server = await serve({ dir: app.dir, port: 0, logLevel: "silent" });
  });
  afterEach(async () => {
    await server?.close();
    app.remove();
  });

  it("still knows who is there", async () => {
    const visit = (name: string) => connect(`ws://127.0.0.1:${server.port}/ws/chat?user=${name}`);
    const ada = visit("Ada");
    await ada.skip();
    const bob = visit("Bob");
    await Promise.all([ada.skip(), bob.skip()]);

    bob.send(new Uint8Array([1]));
    ada.send('{"type":"say","text":"Still here?"}');
    const eve = visit("Eve");

    const present = new Set<string>();
    while (present.size < 3) {
      const told = (await eve.nextJson()) as { people?: Person[]; person?: Person };
      for (const person of [...(told.people ?? []), told.person]) if (person) present.add(person.name);
    }
    expect([...present].toSorted()).toEqual(["Ada", "Bob", "Eve"]);
  });
});
