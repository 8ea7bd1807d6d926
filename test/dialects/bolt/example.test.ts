import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { serveBolt } from "./served.ts";

const example = readFileSync("examples/four-apis/bolt/chat.ts", "utf8");

test("the example's chat asks for a name, then lets the client into the room, and reports a client that leaves", async () => {
  const served = await serveBolt("thread", example);
  const ada = await served.open("/bolt/chat/tea");
  expect(await ada.next()).toBe("Welcome to the tea room. Send your name: I am Ada");
  ada.send("hello?");
  expect(await ada.next()).toBe("Send your name first: I am Ada");
  ada.send("I am Ada");
  expect(await ada.next()).toBe("Ada joined: 1 in the room");
  const bob = await served.open("/bolt/chat/tea");
  const cy = await served.open("/bolt/chat/coffee");
  await Promise.all([bob.skip(), cy.skip()]);
  bob.send("I am Bob");
  cy.send("I am Cy");
  expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill("Bob joined: 2 in the room"));
  expect(await cy.next()).toBe("Cy joined: 1 in the room");
  bob.send("hi");
  expect([await ada.next(), await bob.next()]).toEqual(["Bob: hi", "Bob: hi"]);
  ada.send(new Uint8Array([1, 2, 3]));
  expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill(new Uint8Array([1, 2, 3])));
  const room = JSON.parse(await served.text("/bolt/rooms/tea"));
  expect(room).toEqual({ people: expect.arrayContaining(["Ada", "Bob"]), connected: 3, dropped: 0 });
  bob.close();
  expect(await ada.next()).toBe("Bob left");
  expect([ada.unread, cy.unread]).toEqual([0, 0]);
});
