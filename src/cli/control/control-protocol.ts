import type { Socket } from "node:net";

/** A line of a task's log, as far as the one who runs the task sees it. */
export interface TaskLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
  /** The script's own file and line, when known. */
  readonly at: string | null;
}

/** What `parlor run`, `reload` and `top` tell the server. */
export type ControlRequest =
  | { readonly type: "run"; readonly task: string }
  | { readonly type: "cancel" }
  /** `route`: a route or a script's name; the whole app without one. */
  | { readonly type: "reload"; readonly route?: string }
  | { readonly type: "ask" };

/** What the server tells them. */
export type ControlReply =
  | { readonly type: "line"; readonly line: TaskLine }
  | { readonly type: "end"; readonly ok: boolean }
  | { readonly type: "status"; readonly status: unknown }
  | { readonly type: "refused"; readonly message: string };

/** A message is one line; one that is longer comes from no Parlor. */
const longestLine = 1024 * 1024;

/** Calls `onMessage` for each line of JSON that arrives. A peer that sends anything else is cut off. */
export function readMessages(socket: Socket, onMessage: (message: unknown) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) return void socket.destroy();
    for (const line of lines) {
      const message = parsed(line);
      if (message === undefined) return void socket.destroy();
      onMessage(message);
    }
  });
}

/** One message as it goes over the socket. */
export function encodeMessage(message: ControlRequest | ControlReply): string {
  return `${JSON.stringify(message)}\n`;
}

/** The request in a message that came from outside, or null when it is none. */
export function asRequest(message: unknown): ControlRequest | null {
  if (!isRecord(message)) return null;
  const { type } = message;
  if (type === "cancel" || type === "ask") return { type };
  if (type === "reload") {
    const { route } = message;
    if (route === undefined) return { type };
    return typeof route === "string" ? { type, route } : null;
  }
  if (message["type"] !== "run" || typeof message["task"] !== "string") return null;
  return { type: "run", task: message["task"] };
}

/** The reply in a message, or null when it is none. */
export function asReply(message: unknown): ControlReply | null {
  if (!isRecord(message)) return null;
  if (message["type"] === "end") return { type: "end", ok: message["ok"] === true };
  if (message["type"] === "refused") return { type: "refused", message: String(message["message"]) };
  if (message["type"] === "status") return { type: "status", status: message["status"] };
  const line = message["line"];
  return message["type"] === "line" && isTaskLine(line) ? { type: "line", line } : null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isTaskLine(value: unknown): value is TaskLine {
  if (!isRecord(value) || typeof value["text"] !== "string") return false;
  const levels: unknown[] = ["debug", "info", "warn", "error"];
  return levels.includes(value["level"]) && (value["at"] === null || typeof value["at"] === "string");
}
