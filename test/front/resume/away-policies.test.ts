import { onTestFinished, expect, test } from "vitest";
import { createServer } from "../../../src/index.ts";
import type { SlowPolicy } from "../../../src/boundary/flow/slow-policy.ts";
import { LineClient } from "../../support/line-client.ts";
import { LogRecorder } from "../../support/log-recorder.ts";

/** How many messages are kept for a session. */
const KEPT = 10;

/** A route with a policy. Its first client does not acknowledge; `say` sends it a message and waits until it is handled. */
async function away(slow: SlowPolicy, received: number) {
  let isAway = (): void => undefined;
  const left = new Promise<void>((resolve) => (isAway = resolve));
  const server = createServer({
    port: 0,
    log: new LogRecorder().log,
    resumeMessages: KEPT,
    routes: {
      "/ws": {
        resume: 30,
        slow,
        onOpen: (session) => session.room("all").join(),
        onAway: isAway,
        onMessage: (session, text) => {
          const [key = ""] = text.split(" ");
          session.room("all").broadcast(text, slow === "latest" ? { key } : {});
        },
      },
    },
  });
  await server.listen();
  onTestFinished(() => server.close());
  const clients = [0, 1].map(() => new LineClient(`ws://127.0.0.1:${server.port}/ws`)) as [
    LineClient,
    LineClient,
  ];
  for (const client of clients) {
    await client.connect();
    onTestFinished(() => client.socket?.terminate());
  }
  const [client, other] = clients;
  const say = async (text: string): Promise<void> => {
    other.send(text);
    await other.until(() => other.messages.includes(text));
  };
  for (let number = 0; number < received; number++) await say(`before ${number}`);
  await client.until(() => client.received === received);
  client.cut();
  await left;
  client.messages = [];
  return { client, say };
}

test("drop-newest keeps the first messages for a session that is away, and drops those that follow", async () => {
  const { client, say } = await away("drop-newest", 0);
  for (let number = 0; number < 2 * KEPT; number++) await say(`m ${number}`);
  expect(await client.connect()).toMatchObject({ resumed: true });
  await client.until(() => client.messages.length >= KEPT);
  expect(client.messages).toEqual(Array.from({ length: KEPT }, (_, number) => `m ${number}`));
});

test("drop-oldest keeps the last messages for a session that is away", async () => {
  const { client, say } = await away("drop-oldest", 0);
  for (let number = 0; number < 2 * KEPT; number++) await say(`m ${number}`);
  expect(await client.connect()).toMatchObject({ resumed: true });
  await client.until(() => client.messages.length >= KEPT);
  expect(client.messages).toEqual(Array.from({ length: KEPT }, (_, number) => `m ${KEPT + number}`));
});

test("latest keeps the newest of each key, also if the client had acknowledged nothing before", async () => {
  const { client, say } = await away("latest", 2 * KEPT);
  for (let number = 0; number < 2 * KEPT; number++)
    await say(`${number % 2 === 0 ? "tea" : "cake"} ${number}`);
  expect(await client.connect()).toMatchObject({ resumed: true });
  await client.until(() => client.messages.length >= 2);
  expect(client.messages).toEqual([`tea ${2 * KEPT - 2}`, `cake ${2 * KEPT - 1}`]);
});
