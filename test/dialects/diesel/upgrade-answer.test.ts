import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RunningApp, folderOf } from "../../support/running-app.ts";
import { upgradeRequest } from "../../support/raw-socket.ts";
import { PLACES, serveForAll, serveOn, type ServedApp } from "../../support/served-app.ts";
import type { Client } from "../../support/client.ts";

const OFFER = ["ocpp2.0.1", "ocpp1.6"];
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
const ECHO = `export function onOpen(session) { session.send(String(session.protocol)); }`;

const offering = (names: string): string => upgradeRequest("/ws/tea", { "Sec-WebSocket-Protocol": names });

/** The subprotocol that the client agreed on; a client of `ws` fails when its offer gets no answer. */
async function agreed(client: Client): Promise<string> {
  await client.opened;
  return client.socket.protocol;
}

/** Answers of onUpgrade that are refused, and what their line says. */
const WRONG: readonly (readonly [name: string, answer: string, text: string])[] = [
  ["a value with a line break", `{ headers: { "X-Tea": "a\\r\\nSet-Cookie: evil=1" } }`, 'header "X-Tea"'],
  ["a name with a line break", `{ headers: { "X\\r\\nY": "1" } }`, "the header name"],
  ["Connection", `{ headers: { Connection: "close" } }`, '"Connection"; leave it out'],
  ["Upgrade", `{ headers: { upgrade: "h2c" } }`, '"upgrade"; leave it out'],
  ["Content-Length", `{ headers: [["Content-Length", "5"]] }`, '"Content-Length"; leave it out'],
  ["Sec-WebSocket-Accept", `{ headers: { "Sec-WebSocket-Accept": "x" } }`, "leave it out"],
  ["Sec-WebSocket-Protocol", `{ headers: { "Sec-WebSocket-Protocol": "x" } }`, "return { protocol }"],
  ["a header that is not a text", `{ headers: { "X-Tea": {} } }`, "HTTP cannot carry"],
  ["headers that are not a record", `{ headers: "X-Tea: 1" }`, "as headers"],
  ["a protocol that is not offered", `{ protocol: "mqtt" }`, '"mqtt" as protocol'],
  ["a protocol that is not a text", `{ protocol: 5 }`, "a number as protocol"],
  ["a protocol of two words", `{ protocol: "a, b" }`, "one word"],
  ["a wrong header of a refusal", `{ status: 401, headers: { Upgrade: "x" } }`, '"Upgrade"'],
];

describe.each(PLACES)("on a host of kind %s", (place) => {
  const serve = (script: string): Promise<ServedApp> => serveOn(place, { "ws/tea.js": script });

  test("nothing is agreed to unasked", async () => {
    const app = await serve(ECHO);
    const raw = await app.dial(offering("ocpp2.0.1, ocpp1.6"));
    await raw.until(() => raw.received.includes("\r\n\r\n"), "the 101");
    expect(raw.received).toContain("HTTP/1.1 101");
    expect(raw.received.toLowerCase()).not.toContain("sec-websocket-protocol");
  });

  test("the first of the script's protocols that the client offers is agreed to", async () => {
    const app = await serve(`export const protocols = ["ocpp1.6", "ocpp2.0.1"];\n${ECHO}`);
    const client = app.connect("/ws/tea", { protocols: OFFER });
    expect([await agreed(client), await client.next()]).toEqual(["ocpp1.6", "ocpp1.6"]);
  });

  test("onUpgrade chooses the protocol, adds headers and cookies, and sees the offer", async () => {
    const app = await serve(`
      export const protocols = ["ocpp1.6"];
      export function onUpgrade(request) {
        return {
          protocol: request.protocols[0],
          headers: { "Set-Cookie": ["a=1", "b=2; Path=/"], "X-Chosen": request.protocol },
          attributes: { user: "ada" },
        };
      }
      export function onOpen(session) {
        session.send(session.protocol + " " + session.getAttribute("user"));
      }`);
    const client = app.connect("/ws/tea", { protocols: OFFER });
    const headers = new Promise<Record<string, unknown>>((resolve) =>
      client.socket.once("upgrade", (response) => resolve(response.headers)),
    );
    expect(await agreed(client)).toBe("ocpp2.0.1");
    expect(await headers).toMatchObject({ "set-cookie": ["a=1", "b=2; Path=/"], "x-chosen": "ocpp1.6" });
    expect(await client.next()).toBe("ocpp2.0.1 ada");
  });

  // One script for all of them: a client names the answer that it gets.
  describe("a wrong answer", () => {
    let app: ServedApp;
    const script = `
export function onUpgrade(request) {
  return [${WRONG.map(([, answer]) => answer).join(", ")}][request.getParameter("answer")];
}
${ECHO}`;

    beforeAll(async () => {
      app = await serveForAll(place, { "ws/tea.js": script });
    });
    afterAll(() => app.close());

    test.each(WRONG.map(([name, , text], at) => [name, text, at] as const))(
      "%s is refused with 503, a code and the script's line",
      async (_name, text, at) => {
        const logged = app.log.entries.length;
        const client = app.connect(`/ws/tea?answer=${at}`, { protocols: OFFER });
        await expect(client.opened).rejects.toMatchObject({ status: 503 });
        await app.log.count(/onUpgrade returned/, at + 1);
        const [line, ...others] = app.log.entries.slice(logged);
        expect(line?.text).toContain(text);
        expect(line?.fields).toMatchObject({ code: "PARLOR_UPGRADE_ANSWER" });
        expect(line?.fields["at"]).toMatch(/^ws\/tea\.js:2:/);
        expect(others).toEqual([]);
      },
    );
  });

  test("a protocol that looks like a token is never echoed, nor logged", async () => {
    const app = await serve(`
      export const onUpgrade = (request) => ({ protocol: request.protocols.at(-1) });\n${ECHO}`);
    const client = app.connect("/ws/tea", { protocols: ["chat", TOKEN] });
    await expect(client.opened).rejects.toMatchObject({ status: 503 });
    await app.logged(/looks like a token/);
    expect(app.log.texts.join("\n")).not.toContain(TOKEN);
  });

  test("a refusal has the script's headers", async () => {
    const app = await serve(`
      export const onUpgrade = () => ({
        status: 401, reason: "sign in", headers: { "WWW-Authenticate": "Bearer", "Retry-After": 30 },
      });\n${ECHO}`);
    const raw = await app.dial(upgradeRequest("/ws/tea"));
    await raw.until(() => raw.received.includes("sign in"), "the refusal");
    expect(raw.received).toMatch(/^HTTP\/1\.1 401 /);
    expect(raw.received).toContain("WWW-Authenticate: Bearer\r\n");
    expect(raw.received).toContain("Retry-After: 30\r\n");
  });

  test("the protocol stays with the session over a reload", async () => {
    const app = await serve(`
      export const onUpgrade = (request) => ({ protocol: request.protocols[1] });
      export function onMessage(session) { session.send("1 " + session.protocol); }`);
    const client = app.connect("/ws/tea", { protocols: OFFER });
    expect(await agreed(client)).toBe("ocpp1.6");
    const next = `export function onMessage(session) { session.send("2 " + session.protocol); }`;
    writeFileSync(join(app.dir, "ws/tea.js"), next);
    await app.server.reload();
    client.send("?");
    expect(await client.next()).toBe("2 ocpp1.6");
  });
});

test("the routes of createServer choose a protocol and add headers", async () => {
  const app = await RunningApp.embed({
    routes: {
      "/ws/listed": { protocols: ["b", "a"], onOpen: (session) => session.send(`${session.protocol}`) },
      "/ws/asked": {
        onUpgrade: ({ protocols }) => ({ protocol: protocols.at(-1) ?? null, headers: { "X-Tea": "green" } }),
        onOpen: (session) => session.send(`${session.protocol}`),
      },
    },
  });
  const listed = app.connect("/ws/listed", { protocols: ["a", "b"] });
  expect([await agreed(listed), await listed.next()]).toEqual(["b", "b"]);
  const asked = app.connect("/ws/asked", { protocols: ["a", "b"] });
  expect([await agreed(asked), await asked.next()]).toEqual(["b", "b"]);
});

test("programs in other APIs agree to nothing by themselves, but to a version of STOMP", async () => {
  const app = await serveOn("thread", {
    "bolt/chat.js": `ws("/chat", "", message, ""); function message() {}`,
    "dirigible/my/log.websocket": `{ "handler": "my/log", "endpoint": "log", "description": "" }`,
    "dirigible/my/log.js": "exports.onMessage = () => {};",
  });
  const answered = async (path: string, names: string): Promise<string> => {
    const raw = await app.dial(upgradeRequest(path, { "Sec-WebSocket-Protocol": names }));
    expect(await raw.status()).toBe(101);
    return /sec-websocket-protocol: (.*)\r/i.exec(raw.received)?.[1] ?? "";
  };
  expect(await answered("/chat", "chat")).toBe("");
  expect(await answered("/websockets/v4/service/log", "chat")).toBe("");
  expect(await answered("/stomp", "mqtt, v10.stomp, v11.stomp")).toBe("v11.stomp");
});

describe("an offer without an answer", () => {
  const files = { "ws/tea.js": ECHO, "ws/chosen.js": `export const protocols = ["a"];\n${ECHO}` };

  test("is one warning under dev, without the token", async () => {
    const app = await RunningApp.serve(folderOf(files), { watch: true });
    const raw = await app.dial(offering(`chat, ${TOKEN}`));
    await raw.until(() => raw.received.includes("101"), "the 101");
    const line = await app.logged(/offers the subprotocols/);
    expect(line.text).toContain("chat, (a token)");
    expect(line.text).toContain("/ws/tea");
    expect(line.fields).toMatchObject({ code: "PARLOR_PROTOCOL_UNANSWERED", script: "ws/tea.js" });
  });

  test("causes a warning neither under serve, nor under dev when it is answered", async () => {
    const served = await RunningApp.serve(folderOf(files));
    const raw = await served.dial(offering("chat"));
    await raw.until(() => raw.received.includes("101"), "the 101");
    const dev = await RunningApp.serve(folderOf(files), { watch: true });
    const client = await dev.open("/ws/chosen", { protocols: ["a"] });
    expect(await client.next()).toBe("a");
    expect([...served.log.texts, ...dev.log.texts].join("\n")).not.toContain("offers the subprotocols");
  });
});

test.each([
  ["protocols that are no list", `"chat"`, "must be an array of strings"],
  ["an empty list", `[]`, "at least one subprotocol"],
  ["a name with a space", `["chat v2"]`, 'protocols has "chat v2"'],
  ["a name that is there twice", `["a", "b", "a"]`, 'protocols has "a" twice'],
])("%s: the script does not load", async (_name, value, text) => {
  const dir = folderOf({
    "ws/tea.js": `export const protocols = ${value};\n${ECHO}`,
    "ws/ok.js": ECHO,
  });
  const app = await RunningApp.serve(dir);
  expect(app.server.problems.map(({ message }) => message).join()).toContain(text);
});
