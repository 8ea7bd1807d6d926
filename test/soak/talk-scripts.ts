import { faultsSource } from "./faults.ts";

/** A route of the random part. */
export interface TalkRoute {
  readonly name: string;
  readonly isolation: "thread" | "process";
  readonly threads: number;
  readonly ticks: boolean;
}

export const talkRoutes: readonly TalkRoute[] = [
  { name: "chat-thread", isolation: "thread", threads: 1, ticks: false },
  { name: "chat-process", isolation: "process", threads: 1, ticks: false },
  { name: "chat-spread", isolation: "thread", threads: 2, ticks: false },
  { name: "game-thread", isolation: "thread", threads: 1, ticks: true },
  { name: "game-process", isolation: "process", threads: 1, ticks: true },
];

/** The script of a route; each version is other code. */
export function talkScript(route: TalkRoute, version: number): string {
  const header = [
    `const ROOM = "${route.name}";`,
    `export const version = ${version};`,
    route.threads > 1
      ? `export const threads = ${route.threads};`
      : `export const isolation = "${route.isolation}";`,
  ];
  return [...header, faultsSource, route.ticks ? GAME : CHAT].join("\n");
}

/** Versions that do not load, and must never replace a good one. */
export const brokenScripts: readonly string[] = [
  "export function (",
  `throw new Error("not today"); export function onMessage() {}`,
  "export const onMessage = 5;",
];

// A client with the parameter `last` exists only to break its route when it leaves.
const COMMON = `
const isMeantToBreak = (session) => session.getParameter("last") !== null;
const byeWith = (session) => attack(...session.getParameter("last").split("-at-"));
`;

/**
 * Broadcasts each number to the room, every tenth after a promise. The messages of each connection are counted twice, in
 * the module and in an attribute: an instance that was handed the state must agree with the attribute.
 */
const CHAT = `${COMMON}
let count = 0;
let isHandedOn = true;
export const saveState = () => count;
export const restoreState = (saved) => { count = saved; isHandedOn = true; };
export function onOpen(session) {
  if (isMeantToBreak(session)) return;
  session.setAttribute("name", session.getParameter("name"));
  session.setAttribute("count", 0);
  session.room(ROOM).join();
}
export function onReload(session, reason) {
  if (reason !== "reload") count = session.getAttribute("count") ?? 0;
}
export function onMessage(session, text) {
  const [what, number, point] = text.split(" ");
  if (what === "pid") return session.send("pid " + process.pid);
  if (what === "fault") return attack(number, point);
  const name = session.getAttribute("name");
  if (count !== session.getAttribute("count")) session.send("wrong: counted " + count + ", attribute " + session.getAttribute("count"));
  count = session.getAttribute("count") + 1;
  session.setAttribute("count", count);
  const share = () => session.room(ROOM).broadcast(name + " " + number);
  if (what === "say") return share();
  return new Promise((resolve) => setTimeout(resolve, 2)).then(share);
}
export function onClose(session) {
  if (isMeantToBreak(session)) return byeWith(session);
}
`;

/**
 * Keeps numbers in the route's state until the next tick broadcasts them. Attributes hold the last number received and the
 * last number sent of each session, so that the state can be rebuilt after a crash.
 */
const GAME = `${COMMON}
export const tickRate = 60;
let inbox = [];
let isHandedOn = false;
export const saveState = () => inbox;
export const restoreState = (saved) => { inbox = saved; isHandedOn = true; };
export function onOpen(session) {
  if (isMeantToBreak(session)) return;
  session.setAttribute("name", session.getParameter("name"));
  session.setAttribute("received", -1);
  session.setAttribute("sent", -1);
}
export function onReload(session, reason) {
  const [name, received, sent] = ["name", "received", "sent"].map((key) => session.getAttribute(key));
  if (isHandedOn || name === null) return;
  for (let number = sent + 1; number <= received; number += 1) inbox.push([session.id, name, number]);
}
export function onMessage(session, text) {
  const [what, number, point] = text.split(" ");
  if (what === "pid") return session.send("pid " + process.pid);
  if (what === "fault") return attack(number, point);
  session.setAttribute("received", Number(number));
  inbox.push([session.id, session.getAttribute("name"), Number(number)]);
}
export function onTick(room) {
  const die = doomedTick;
  doomedTick = null;
  if (die !== null) return die();
  if (inbox.length === 0) return;
  const sent = inbox;
  inbox = [];
  room.broadcast("tick " + sent.map(([, name, number]) => name + " " + number).join(";"));
  for (const [id, , number] of sent) room.getSession(id)?.setAttribute("sent", number);
}
export function onClose(session) {
  if (isMeantToBreak(session)) return byeWith(session);
}
`;
