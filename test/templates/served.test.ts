import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkApp, serve } from "../../src/server/serve.ts";
import { appFolderFrom, fillTemplate } from "../support/app-folder.ts";
import type { AppFolder } from "../support/app-folder.ts";
import { WebSocket } from "ws";
import { connect as connectTyped } from "../../src/client/connect.ts";
import { connect } from "../support/client.ts";
import type { Client } from "../support/client.ts";

describe("the template of parlor new, served", () => {
  let app: AppFolder;
  let server: Awaited<ReturnType<typeof serve>>;
  const http = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  const ws = (path: string) => connect(`ws://127.0.0.1:${server.port}${path}`);

  beforeAll(async () => {
    app = appFolderFrom("templates/app");
    fillTemplate(app, "tea-room");
    server = await serve({ dir: app.dir, port: 0 });
  });
  afterAll(async () => {
    await server?.close();
    app.remove();
  });

  /** The next message that is not from the clock. */
  async function heard(client: Client): Promise<unknown> {
    for (;;) {
      const message = (await client.nextJson()) as { user?: string };
      if (message.user !== "clock") return message;
    }
  }

  it("has no problems and no warnings", async () => {
    const { problems, warnings, routes } = await checkApp(app.dir);
    expect([...problems, ...warnings]).toEqual([]);
    const kinds = routes.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(["cron", "http", "static", "task", "ws", "ws"]);
  });

  it("carries a chat, and messages to it from HTTP and from a task", async () => {
    const ada = ws("/ws/chat?user=ada");
    expect(await heard(ada)).toEqual({ type: "joined", user: "ada", online: 1 });
    const bob = ws("/ws/chat");
    expect(await heard(ada)).toEqual({ type: "joined", user: "guest", online: 2 });

    bob.send('{"type":"say","text":"hi"}');
    expect(await heard(ada)).toEqual({ type: "said", user: "guest", text: "hi" });
    expect(await (await fetch(http("/hello"))).json()).toEqual({ online: 2 });
    const answer = await fetch(http("/hello"), { method: "POST", body: "Good morning" });
    expect(await answer.json()).toEqual({ reached: 2 });
    expect(await heard(ada)).toEqual({ type: "said", user: "server", text: "Good morning" });

    const lines: string[] = [];
    const { signal } = new AbortController();
    await server.runTask("shout", { signal, onLine: (line) => lines.push(line.text) });
    expect(await heard(ada)).toEqual({ type: "said", user: "server", text: "Hello from a task" });
    expect(lines).toEqual(["Sent to 2 people"]);

    bob.close();
    expect(await heard(ada)).toEqual({ type: "left", user: "guest", online: 1 });
    ada.close();
  });

  it("lets a client of the library change its name by a request", async () => {
    const client = connectTyped<Chat>(`${http("/ws/chat")}?user=ada`, { WebSocket });
    const renamed = new Promise((resolve) => client.onMessage("renamed", resolve));
    expect(await client.request("rename", { to: "Ada" })).toEqual({ user: "Ada" });
    expect(await renamed).toEqual({ from: "ada", to: "Ada" });
    await expect(client.request("rename", { to: "" })).rejects.toMatchObject({ code: "invalid" });
    client.close();
  });

  it("serves its JavaScript route", async () => {
    const client = ws("/ws/hello?name=Ada");
    expect(await client.next()).toBe("Hello, Ada!");
    client.send("tea?");
    expect(await client.next()).toBe("You said: tea?");
    client.close();
  });

  it("shows its page", async () => {
    expect(await (await fetch(http("/"))).text()).toContain("<h1>tea-room</h1>");
  });
});

/** As `parlor types` writes it for the template's chat. */
interface Chat {
  readonly messages: {
    readonly out: { readonly renamed: Typed<{ from: string; to: string }> };
    readonly calls: {
      readonly rename: { readonly in: Typed<{ to: string }>; readonly out: Typed<{ user: string }> };
    };
  };
}

interface Typed<Data> {
  readonly "~standard": { readonly types?: { readonly input: Data; readonly output: Data } };
}
