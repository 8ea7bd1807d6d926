import { describe, expect, test } from "vitest";
import { PLACES, serveOn } from "../support/served-app.ts";

const VIEWS = `
  const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7);
  export const views = [
    new Float32Array([1, 2]),
    new DataView(new Uint8Array([0, 1, 2, 3]).buffer, 1, 2),
    Buffer.from("xteax").subarray(1, 4),
    shared.subarray(1, 3),
    new Uint16Array([513]).buffer,
  ];
`;
const SENT = ["0000803f00000040", "0102", "746561", "0707", "0102"];

describe.each(PLACES)("views are sent as their bytes, %s", (place) => {
  test("by send and broadcast, and as bodies of responses", async () => {
    const app = await serveOn(place, {
      "lib/views.ts": VIEWS,
      "ws/a.ts": `import { views } from "../lib/views.ts";
        export const onOpen = (session) => {
          session.room("all").join();
          for (const view of views) session.send(view);
          for (const view of views) session.room("all").broadcast(view);
        };`,
      "http/raw.ts": `import { views } from "../lib/views.ts";
        export const handleRequest = (context) => Results.ok().renderRaw(views[Number(context.getParameter("n"))]);`,
      "http/web.ts": `import { views } from "../lib/views.ts";
        export const GET = (request) => new Response(views[Number(new URL(request.url).searchParams.get("n"))]);`,
    });
    const client = await app.open("/ws/a");
    const got: unknown[] = [];
    for (let i = 0; i < 2 * SENT.length; i++) got.push(hexOf(await client.next()));
    expect(got).toEqual([...SENT, ...SENT]);
    for (const [n, bytes] of SENT.entries()) {
      // The web's Response refuses views of a SharedArrayBuffer.
      for (const path of bytes === "0707" ? ["/raw"] : ["/raw", "/web"]) {
        const body = await (await app.fetch(`${path}?n=${n}`)).arrayBuffer();
        expect(hexOf(new Uint8Array(body))).toBe(bytes);
      }
    }
  });

  test("by a program in Scripting's API, as messages and as a body", async () => {
    const app = await serveOn(place, {
      "lib/views.ts": VIEWS,
      "scripting/main.ts": `import { views } from "../lib/views.ts";
        const server = new HttpServer();
        server.registerWebsocket("/ws", { onConnected: (session) => views.forEach((view) => session.writeData(view)) });
        server.registerHandler("/body", () => HttpResponse.ok(views[0]));
        server.start({ port: 0 });
        console.log("port", server.port);`,
    });
    const client = await app.ownPort.connect("/ws");
    const got: unknown[] = [];
    for (let i = 0; i < SENT.length; i++) got.push(hexOf(await client.next()));
    expect(got).toEqual(SENT);
    const body = await (await app.ownPort.fetch("/body")).arrayBuffer();
    expect(hexOf(new Uint8Array(body))).toBe(SENT[0]);
  });
});

function hexOf(value: unknown): string {
  return Buffer.from(value as Uint8Array).toString("hex");
}
