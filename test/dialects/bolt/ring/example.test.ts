import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { serveOn } from "../../../support/served-app.ts";

const lounge = readFileSync("examples/four-apis/bolt/lounge.ring", "utf8");

test("the example in Ring asks for a name, lets the client into the room, and reports a client that leaves", async () => {
  const served = await serveOn("thread", { "bolt/lounge.ring": lounge });
  const ada = await served.open("/ring/chat/tea");
  expect(await ada.next()).toBe("Welcome to the tea room. Send your name: I am Ada");
  for (const text of ["hello?", "I am ", "I am Ada Lovelace"]) {
    ada.send(text);
    expect(await ada.next()).toBe("Send your name first: I am Ada");
  }
  ada.send("I am Ada");
  expect(await ada.next()).toBe("Ada joined: 1 in the room");
  const bob = await served.open("/ring/chat/tea");
  const cy = await served.open("/ring/chat/coffee");
  await Promise.all([bob.skip(), cy.skip()]);
  bob.send("I am Bob");
  cy.send("I am Cy");
  expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill("Bob joined: 2 in the room"));
  expect(await cy.next()).toBe("Cy joined: 1 in the room");
  bob.send("grüß dich");
  expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill("Bob: grüß dich"));
  ada.send(new Uint8Array([0, 128, 255]));
  expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill(new Uint8Array([0, 128, 255])));
  const room = JSON.parse(await served.text("/ring/rooms/tea"));
  expect(room).toEqual({ people: expect.arrayContaining(["Ada", "Bob"]), connected: 3, dropped: 0 });
  expect(JSON.parse(await served.text("/ring/rooms/empty"))).toMatchObject({ people: [] });
  await served.logged(/^ring chat: \/ring\/rooms\/:room of guest$/);
  bob.close();
  expect(await ada.next()).toBe("Bob left");
  expect([ada.unread, cy.unread]).toEqual([0, 0]);
});
