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
  const wishes = [
    `const ROOM = "${route.name}";`,
    `export const version = ${version};`,
    route.threads > 1
      ? `export const threads = ${route.threads};`
      : `export const isolation = "${route.isolation}";`,
  ];
  return [...wishes, faultsSource, route.ticks ? GAME : CHAT].join("\n");
}

/** Versions that must never replace a good one. */
export const brokenScripts: readonly string[] = [
  "export function (",
  `throw new Error("not today"); export function onMessage() {}`,
  "export const onMessage = 5;",
];

// What ends as an odd one goes on its way, and what its client is for is to break something as it leaves.
const COMMON = `
const isMeantToBreak = (session) => session.getParameter("last") !== null;
const byeWith = (session) => attack(...session.getParameter("last").split("-at-"));
`;

/**
 * Each number is told to everybody in the room, every tenth after a promise. How many messages each connection has sent
 * is counted twice, in the module and in an attribute: an instance that was handed its state must agree with the attribute.
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
  const tell = () => session.room(ROOM).broadcast(name + " " + number);
  if (what === "say") return tell();
  return new Promise((resolve) => setTimeout(resolve, 2)).then(tell);
}
export function onClose(session) {
  if (isMeantToBreak(session)) return byeWith(session);
}
`;

/**
 * What is said waits in the route's state for the next tick, which tells it to everybody. How far each has been heard and
 * told is in attributes, so that what the state held at a crash can be made again.
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
  session.setAttribute("heard", -1);
  session.setAttribute("told", -1);
}
export function onReload(session, reason) {
  const [name, heard, told] = ["name", "heard", "told"].map((key) => session.getAttribute(key));
  if (isHandedOn || name === null) return;
  for (let number = told + 1; number <= heard; number += 1) inbox.push([session.id, name, number]);
}
export function onMessage(session, text) {
  const [what, number, point] = text.split(" ");
  if (what === "pid") return session.send("pid " + process.pid);
  if (what === "fault") return attack(number, point);
  session.setAttribute("heard", Number(number));
  inbox.push([session.id, session.getAttribute("name"), Number(number)]);
}
export function onTick(room) {
  const die = doomedTick;
  doomedTick = null;
  if (die !== null) return die();
  if (inbox.length === 0) return;
  const told = inbox;
  inbox = [];
  room.broadcast("tick " + told.map(([, name, number]) => name + " " + number).join(";"));
  for (const [id, , number] of told) room.getSession(id)?.setAttribute("told", number);
}
export function onClose(session) {
  if (isMeantToBreak(session)) return byeWith(session);
}
`;
