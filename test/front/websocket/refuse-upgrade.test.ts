import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { refuseUpgrade } from "../../../src/front/websocket/refuse-upgrade.ts";

describe("a refused handshake", () => {
  it("is answered with a complete response, and the connection ends", async () => {
    const socket = new PassThrough();
    refuseUpgrade(socket, { status: 404, text: "no route at /wß" });
    const [bytes] = (await once(socket, "data")) as [Buffer];
    const [head, body] = bytes.toString().split("\r\n\r\n") as [string, string];
    expect(head.split("\r\n")).toEqual([
      "HTTP/1.1 404 Not Found",
      "Connection: close",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Length: 17",
    ]);
    expect(body).toBe("no route at /wß\n");
    if (!socket.destroyed) await once(socket, "close");
  });

  it("does no harm when the client resets the connection meanwhile, or has left", async () => {
    const resets = new PassThrough();
    refuseUpgrade(resets, { status: 503, text: "busy" });
    resets.destroy(new Error("ECONNRESET"));
    await new Promise((resolve) => resets.once("close", resolve));
    const left = new PassThrough();
    left.destroy();
    refuseUpgrade(left, { status: 503, text: "busy" });
    expect(left.destroyed).toBe(true);
  });
});
