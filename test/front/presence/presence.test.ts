import { describe, expect, it } from "vitest";
import { LineClient } from "../../support/line-client.ts";
import { serveOn, type ServedApp } from "../../support/served-app.ts";

const SCRIPT = `
  export const resume = 1;
  export const onMessage = (session, text) => {
    const { act, room, ...options } = JSON.parse(text);
    if (act === "twice") {
      session.room(room).join(options);
      session.room(room).leave();
      return session.room(room).join(options);
    }
    if (act === "nothing") {
      session.room(room).join(options);
      return session.room(room).leave();
    }
    session.room(room)[act](options);
  };
`;

async function served(): Promise<ServedApp> {
  return serveOn("inline", { "ws/a.js": SCRIPT });
}

async function client(app: ServedApp): Promise<LineClient> {
  const line = new LineClient(`${app.server.url.replace("http", "ws")}/ws/a`);
  await line.connect();
  return line;
}

function join(line: LineClient, options: object = {}, act = "join"): void {
  line.send(JSON.stringify({ act, room: "r", ...options }));
}

async function envelopes(line: LineClient, count: number): Promise<unknown[]> {
  await line.until(() => line.envelopes.length >= count);
  return line.envelopes;
}

describe("a client of parlor.v1", () => {
  it("gets the list of a room when it joins, and then only changes, each once", async () => {
    const app = await served();
    const [first, second] = [await client(app), await client(app)];
    const [one, two] = [
      { id: first.welcome!.session, data: 1 },
      { id: second.welcome!.session, key: "k", data: { n: 2 } },
    ];
    const of = { type: "presence", room: "r" };
    join(first, { presence: 1 });
    expect(await envelopes(first, 1)).toEqual([{ ...of, list: [one] }]);
    join(second, { presence: { n: 2 }, key: "k" });
    expect(await envelopes(second, 1)).toEqual([{ ...of, list: [one, two] }]);
    expect(await envelopes(first, 2)).toEqual([
      { ...of, list: [one] },
      { ...of, changes: [two] },
    ]);
    second.cut();
    await envelopes(first, 3);
    expect(first.envelopes[2]).toEqual({ ...of, changes: [{ ...two, away: true }] });
    await envelopes(first, 4);
    expect(first.envelopes[3]).toEqual({ ...of, changes: [{ id: two.id, left: true }] });
    expect(app.server.service.room("r").presence()).toEqual([one]);
    first.close();
  });

  it("gets the list when it joins without showing itself, and an empty one when it leaves", async () => {
    const app = await served();
    const [first, second] = [await client(app), await client(app)];
    join(first, { presence: null });
    await envelopes(first, 1);
    join(second);
    const list = [{ id: first.welcome!.session, data: null }];
    expect(await envelopes(second, 1)).toEqual([{ type: "presence", room: "r", list }]);
    join(second, {}, "leave");
    await envelopes(second, 2);
    expect(second.envelopes[1]).toEqual({ type: "presence", room: "r", list: [] });
    expect(first.envelopes).toHaveLength(1);
    first.close();
    second.close();
  });

  it("is notified once a turn: of what is so at its end, and of nothing that came and went", async () => {
    const app = await served();
    const [first, second] = [await client(app), await client(app)];
    join(first, { presence: 1 });
    await envelopes(first, 1);
    join(second, { presence: 2 }, "nothing");
    join(second, { presence: 3 }, "twice");
    const changed = { id: second.welcome!.session, data: 3 };
    await envelopes(first, 2);
    expect(first.envelopes[1]).toEqual({ type: "presence", room: "r", changes: [changed] });
    join(second, { presence: 4 });
    await envelopes(first, 3);
    expect(first.envelopes[2]).toEqual({ type: "presence", room: "r", changes: [{ ...changed, data: 4 }] });
    first.close();
    second.close();
  });

  it("gets nothing in a room without presence", async () => {
    const app = await served();
    const [first, second] = [await client(app), await client(app)];
    for (const line of [first, second]) join(line);
    await expect.poll(() => app.server.service.room("r").members()).toBe(2);
    app.server.service.room("r").broadcast("hello");
    await first.until(() => first.messages.length === 1);
    expect([first.envelopes, second.envelopes]).toEqual([[], []]);
    first.close();
    second.close();
  });
});

it("a plain client is present, and gets nothing of it", async () => {
  const app = await served();
  const plain = app.connect("/ws/a");
  plain.send(JSON.stringify({ act: "join", room: "r", presence: { name: "Anna" } }));
  await expect
    .poll(() => app.server.service.room("r").presence())
    .toMatchObject([{ data: { name: "Anna" } }]);
  app.server.service.room("r").broadcast("hello");
  expect(await plain.next()).toBe("hello");
});
