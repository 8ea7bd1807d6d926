import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { afterAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { serve } from "../../src/server/serve.ts";
import { readPages } from "./blocks.ts";

interface PageClient {
  on(event: string, listener: (data: unknown) => void): void;
  emit(event: string, data: unknown): void;
  emitWithAck(event: string, data: unknown): Promise<unknown>;
}

const { blocks = [] } = readPages().find(({ name }) => name === "docs/guides/from-socket-io.md") ?? {};
const textOf = (name: string): string => blocks.find(({ file }) => file === name)?.text ?? "";
const dir = mkdtempSync(join(tmpdir(), "parlor-page-client-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Pages at an address: their clients, and all connections that these open until the pages are left. */
class Pages {
  readonly sockets: WebSocket[] = [];
  readonly #url: string;
  #isLeft = false;

  constructor(url: string) {
    this.#url = url;
  }

  open(path: string): PageClient {
    const code = textOf("public/client.js").replace("export function connect", "return function connect");
    const names = ["WebSocket", "location", "setTimeout"];
    const connect = compileFunction(code, names)(this.#socketClass(), { href: `${this.#url}/` }, this.#soon);
    return (connect as (path: string) => PageClient)(path);
  }

  leave(): void {
    this.#isLeft = true;
    for (const socket of this.sockets) socket.terminate();
  }

  #socketClass(): object {
    const { sockets } = this;
    const construct = function (address: URL): WebSocket {
      const socket = new WebSocket(address).on("error", () => undefined);
      sockets.push(socket);
      return socket;
    };
    return Object.assign(construct, { OPEN: WebSocket.OPEN });
  }

  readonly #soon = (work: () => void): void => {
    setImmediate(() => {
      if (!this.#isLeft) work();
    });
  };
}

test("the client of the page about Socket.IO sends, gets acknowledgements, and connects again", async () => {
  mkdirSync(join(dir, "ws"));
  writeFileSync(join(dir, "ws/app.ts"), textOf("ws/app.ts"));
  const server = await serve({ dir, port: 0, logLevel: "silent" });
  const pages = new Pages(server.url);
  try {
    const ada = pages.open("/ws/app?user=ada");
    const bob = pages.open("/ws/app?user=bob");
    expect(await ada.emitWithAck("join", "tea")).toBeNull();
    expect(await bob.emitWithAck("join", "tea")).toBeNull();
    const said = new Promise((resolve) => bob.on("said", resolve));
    expect(await ada.emitWithAck("say", { room: "tea", text: "hi" })).toEqual({ reached: 1 });
    expect(await said).toEqual({ from: "ada", text: "hi" });

    const again = new Promise((resolve) => ada.on("connect", resolve));
    pages.sockets[0]?.terminate();
    await again;
    expect(await ada.emitWithAck("sing", null)).toEqual({ error: "unknown event sing" });
    expect(pages.sockets).toHaveLength(3);
  } finally {
    pages.leave();
    await server.close();
  }
});
