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

describe("examples/chat after a crash of its script", () => {
  let app: AppFolder;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeEach(async () => {
    app = appFolderFrom("examples/chat");
    // Bytes from any client end the script's thread.
    appendFileSync(join(app.dir, "ws/chat.ts"), "\nexport function onBinary() {\n  process.exit(1);\n}\n");
    server = await serve({ dir: app.dir, port: 0, logLevel: "silent" });
  });
  afterEach(async () => {
    await server?.close();
    app.remove();
  });

  it("still lists all people who are connected", async () => {
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
      const message = (await eve.nextJson()) as { people?: Person[]; person?: Person };
      for (const person of [...(message.people ?? []), message.person]) if (person) present.add(person.name);
    }
    expect([...present].toSorted()).toEqual(["Ada", "Bob", "Eve"]);
  });
});
