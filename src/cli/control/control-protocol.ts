// CLI: the messages between a running server and `parlor run`, `reload` and `top`, one line of JSON each.
import type { Socket } from "node:net";
import { isRecord } from "../../boundary/checks.ts";

/** What `parlor run`, `reload` and `top` send to the server. */
export type ControlRequest =
  | { readonly type: "run"; readonly task: string }
  | { readonly type: "cancel" }
  /** `route`: a route or a script's name; the whole app without one. */
  | { readonly type: "reload"; readonly route?: string; readonly force?: boolean }
  | { readonly type: "ask" }
  | { readonly type: "cluster"; readonly ask: ClusterAsk };

/** A question about all nodes of the server's cluster. `route`: as for a reload. */
export type ClusterAsk =
  { readonly what: "nodes" | "status" } | { readonly what: "reload"; readonly route?: string };

export type ReloadRequest = Extract<ControlRequest, { type: "reload" }>;

/** What the server sends back. */
export type ControlReply =
  | { readonly type: "line"; readonly line: TaskLine }
  /** `code`: the exit code of `parlor run`. */
  | { readonly type: "end"; readonly code: number }
  | { readonly type: "reloaded"; readonly result: ReloadResult }
  | { readonly type: "status"; readonly status: unknown }
  /** Of each node. */
  | { readonly type: "cluster"; readonly nodes: unknown }
  | { readonly type: "refused"; readonly message: string };

/** A line of a task's log, as `parlor run` shows it. */
export interface TaskLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
  /** The script's own file and line, when known. */
  readonly at: string | null;
}

/** What a reload changed. */
export interface ReloadResult {
  /** Names of scripts that are new, or of which another version is served now. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** One line for each problem. */
  readonly problems: readonly string[];
}

/** Calls `onMessage` for each line of JSON that arrives. Closes the connection to a peer that sends anything else. */
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

/** One message in the form in which it is written to the socket. */
export function encodeMessage(message: ControlRequest | ControlReply): string {
  return `${JSON.stringify(message)}\n`;
}

/** The request in a message from outside, or null when the message is not a request. */
export function asRequest(message: unknown): ControlRequest | null {
  if (!isRecord(message)) return null;
  const { type } = message;
  if (type === "cancel" || type === "ask") return { type };
  if (type === "reload") return reloadOf(message);
  if (type === "cluster") return clusterOf(message["ask"]);
  if (type !== "run" || typeof message["task"] !== "string") return null;
  return { type: "run", task: message["task"] };
}

function reloadOf({ route, force }: Readonly<Record<string, unknown>>): ControlRequest | null {
  const request = { type: "reload", ...(force === true && { force }) } as const;
  if (route === undefined) return request;
  return typeof route === "string" ? { ...request, route } : null;
}

function clusterOf(ask: unknown): ControlRequest | null {
  if (!isRecord(ask)) return null;
  const { what, route } = ask;
  if (what === "nodes" || what === "status") return { type: "cluster", ask: { what } };
  if (what !== "reload") return null;
  if (route === undefined) return { type: "cluster", ask: { what } };
  return typeof route === "string" ? { type: "cluster", ask: { what, route } } : null;
}

/** The reply in a message, or null when the message is not a reply. */
export function asReply(message: unknown): ControlReply | null {
  if (!isRecord(message)) return null;
  const { type } = message;
  if (type === "end") return { type, code: exitCodeOf(message["code"]) };
  if (type === "refused") return { type, message: String(message["message"]) };
  if (type === "status") return { type, status: message["status"] };
  if (type === "cluster") return { type, nodes: message["nodes"] };
  if (type === "reloaded") return { type, result: reloadResult(message["result"]) };
  const line = message["line"];
  return type === "line" && isTaskLine(line) ? { type, line } : null;
}

/** A longer line is not a message of Parlor. */
const longestLine = 1024 * 1024;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function exitCodeOf(value: unknown): number {
  return Number.isInteger(value) ? Number(value) & 0xff : 1;
}

function reloadResult(value: unknown): ReloadResult {
  const record = isRecord(value) ? value : {};
  const names = (name: string): string[] => {
    const list = record[name];
    return Array.isArray(list) ? list.map(String) : [];
  };
  return { changed: names("changed"), removed: names("removed"), problems: names("problems") };
}

function isTaskLine(value: unknown): value is TaskLine {
  if (!isRecord(value) || typeof value["text"] !== "string") return false;
  const levels: unknown[] = ["debug", "info", "warn", "error"];
  return levels.includes(value["level"]) && (value["at"] === null || typeof value["at"] === "string");
}
