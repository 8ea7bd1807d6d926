import type { Random } from "../random.ts";
import { attacksSource } from "./attacks.ts";

/** All that a save can change of a route while its sessions go on. */
export interface Shape {
  /** Where its script is: the file's ending, or a folder with an index file. */
  readonly place: ".js" | ".ts" | ".mjs" | "/index.js" | "/index.ts";
  readonly scope: "connection" | "route";
  /** More than one only with the scope `connection`. */
  readonly threads: number;
  readonly isolation: "thread" | "process";
  /** 0: it has no tick loop. A tick loop needs the scope `route` and one thread. */
  readonly tickRate: number;
  readonly savesState: boolean;
  readonly hasOnReload: boolean;
}

export const firstShape: Shape = {
  place: ".js",
  scope: "connection",
  threads: 1,
  isolation: "thread",
  tickRate: 0,
  savesState: true,
  hasOnReload: true,
};

const PLACES: readonly Shape["place"][] = [".js", ".ts", ".mjs", "/index.js", "/index.ts"];

const CHANGES: readonly ((shape: Shape, random: Random) => Shape)[] = [
  (shape, random) => ({ ...shape, place: random.pick(PLACES) }),
  (shape) => ({ ...shape, scope: shape.scope === "route" ? "connection" : "route" }),
  (shape, random) => ({ ...shape, threads: 1 + random.below(3) }),
  (shape) => ({ ...shape, isolation: shape.isolation === "thread" ? "process" : "thread" }),
  (shape, random) => ({ ...shape, tickRate: random.pick([0, 10, 30, 60]) }),
  (shape) => ({ ...shape, savesState: !shape.savesState }),
  (shape) => ({ ...shape, hasOnReload: !shape.hasOnReload }),
  (shape) => shape,
];

/** The shape after a save: one thing has changed, sometimes two, sometimes only the code. */
export function changed(shape: Shape, random: Random): Shape {
  const count = random.below(4) === 0 ? 2 : 1;
  const next = random.shuffled(CHANGES).slice(0, count);
  return valid(next.reduce((changing, change) => change(changing, random), shape));
}

// A combination that is a contract error would not load.
function valid(shape: Shape): Shape {
  if (shape.tickRate > 0) return { ...shape, scope: "route", threads: 1 };
  if (shape.scope === "route" || shape.isolation === "process") return { ...shape, threads: 1 };
  return shape;
}

/** The script's file, in the app's folder. */
export function fileOf(route: string, { place }: Shape): string {
  return `ws/${route}${place}`;
}

/** In one word, for the report. */
export function nameOf(shape: Shape): string {
  const { place, scope, threads, isolation, tickRate, savesState, hasOnReload } = shape;
  const parts = [place, scope, isolation, `threads=${threads}`, `ticks=${tickRate}`];
  return [...parts, savesState ? "state" : "", hasOnReload ? "onReload" : ""].filter(Boolean).join(",");
}

/** The script of a route: the same in every shape, as far as its clients see. */
export function scriptOf(route: string, shape: Shape, version: number): string {
  const { scope, threads, isolation, tickRate } = shape;
  return [
    `const ROOM = "${route}";`,
    `const VERSION = ${version};`,
    tickRate > 0 ? `export const tickRate = ${tickRate};` : `export const scope = "${scope}";`,
    threads > 1 ? `export const threads = ${threads};` : "",
    isolation === "process" ? `export const isolation = "process";` : "",
    attacksSource,
    TALK,
    tickRate > 0 ? TICKS : "",
    shape.savesState ? STATE : "",
    shape.hasOnReload ? RELOAD : "",
  ].join("\n");
}

/**
 * Broadcasts each number to the room, every tenth after a promise. An attribute counts the messages of each session: it
 * must agree with the number, in whatever shape the script is by now. A handler that waited for its promise when its host
 * crashed does not run again, so the number after it may find the count one lower.
 */
const TALK = `
const isWitness = (session) => session.getParameter("name") !== null;
export function onOpen(session) {
  if (!isWitness(session)) return;
  session.setAttribute("name", session.getParameter("name"));
  session.setAttribute("count", 0);
  session.room(ROOM).join();
}
export function onMessage(session, text) {
  const [what, number, point] = text.split(" ");
  if (what === "version") return session.send("version " + VERSION);
  if (what === "fault") return attack(session, number, point);
  const [name, count] = [session.getAttribute("name"), session.getAttribute("count")];
  const isRight = count === Number(number) || (number % 10 === 0 && count === number - 1);
  if (!isRight) session.send("wrong: counted " + count + " at " + number);
  session.setAttribute("count", Number(number) + 1);
  const share = () => session.room(ROOM).broadcast(name + " " + number);
  if (what === "say") return share();
  return new Promise((resolve) => setTimeout(resolve, 2)).then(share);
}
export function onClose(session) {
  if (isWitness(session)) session.room(ROOM).broadcast("left " + session.getAttribute("name"));
}
`;

const TICKS = `export function onTick() {}`;

const STATE = `
export const saveState = () => ({ version: VERSION, list: [1, 2, 3] });
export const restoreState = (saved) => { if (saved.list.length !== 3) throw new Error("the state is wrong"); };
`;

const RELOAD = `export function onReload(session, reason) { if (!session.isOpen()) throw new Error("closed"); }`;

/** Saves that do not load, or that die as soon as they serve: none may cost a session or a message. */
export function badScripts(route: string, shape: Shape, version: number): readonly string[] {
  const good = scriptOf(route, { ...shape, hasOnReload: false }, version);
  return [
    "export function (",
    `throw new Error("at its top level"); export function onMessage() {}`,
    "export const onMessage = 5;",
    `for (;;); export function onMessage() {}`,
    `${good}\nexport function onReload() { process.exit(4); }`,
    `${good}\nexport function onReload() { throw new Error("in onReload"); }`,
  ];
}
