/** Everything that a script can do to its host, by the message that makes it do so. */
export const FAULTS = [
  ...["loop", "late-loop", "timer-loop", "exit", "tick-crash", "immediate-crash", "overflow"],
  ...["timer-throw", "rejection"],
] as const;

/** Those that end the host at once, and those that hang it. */
export const HANGS: readonly string[] = ["loop", "late-loop", "timer-loop"];

/** A chat room whose members can break it. */
export const roomScript = (isolation: "thread" | "process", version: number): string => `
export const version = ${version};
import { readFile } from "node:fs";
export const isolation = "${isolation}";
const loop = () => { for (;;); };
const crash = () => { throw new Error("on purpose"); };
const room = "${isolation}";
const faults = {
  "loop": loop,
  "late-loop": () => Promise.resolve().then(loop),
  "timer-loop": () => void setTimeout(loop, 1),
  "exit": () => process.exit(3),
  "tick-crash": () => process.nextTick(crash),
  "immediate-crash": () => readFile("/", crash),
  "overflow": () => (function deeper() { deeper(); })(),
  "timer-throw": () => void setTimeout(crash, 1),
  "rejection": () => void Promise.reject(new Error("on purpose")),
};
export function onOpen(session) {
  session.setAttribute("name", session.getParameter("name"));
  session.room(room).join();
}
export function onMessage(session, text) {
  if (text in faults) return faults[text]();
  const [what, number] = text.split(" ");
  const tell = () => session.room(room).broadcast(session.getAttribute("name") + " " + number);
  if (what === "say") tell();
  else return new Promise((resolve) => setTimeout(resolve, 2)).then(tell);
}
export function onClose(session) {
  if (session.getAttribute("name") === "last") loop();
}
`;

/** A route that has nothing to do with any of it. */
export const HEALTHY = `export function onMessage(session, text) { session.send(text); }`;
