import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ServedBolt } from "./served.ts";

const example = readFileSync("examples/four-apis/bolt/chat.ts", "utf8");

test("the example's chat: a name first, then the room; who leaves is told of", async () => {
  const served = await ServedBolt.serve("thread", example);
  const ada = await served.connect("/bolt/chat/tea");
  expect(await ada.next()).toBe("Welcome to the tea room. Say your name: I am Ada");
  ada.send("hello?");
  expect(await ada.next()).toBe("Say your name first: I am Ada");
  ada.send("I am Ada");
  expect(await ada.next()).toBe("Ada is here: 1 in the room");
  const bob = await served.connect("/bolt/chat/tea");
  const cy = await served.connect("/bolt/chat/coffee");
  await Promise.all([bob.skip(), cy.skip()]);
  bob.send("I am Bob");
  cy.send("I am Cy");
  expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill("Bob is here: 2 in the room"));
  expect(await cy.next()).toBe("Cy is here: 1 in the room");
  bob.send("hi");
  expect([await ada.next(), await bob.next()]).toEqual(["Bob: hi", "Bob: hi"]);
  ada.send(new Uint8Array([1, 2, 3]));
  expect([await ada.next(), await bob.next()]).toEqual(Array(2).fill(new Uint8Array([1, 2, 3])));
  const room = JSON.parse(await served.text("/bolt/rooms/tea"));
  expect(room).toEqual({ people: expect.arrayContaining(["Ada", "Bob"]), connected: 3, dropped: 0 });
  bob.close();
  expect(await ada.next()).toBe("Bob has left");
  expect([ada.unread, cy.unread]).toEqual([0, 0]);
});
