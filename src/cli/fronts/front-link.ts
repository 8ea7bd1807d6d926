// CLI: the connection of a front to the parent that has started it.
import cluster from "node:cluster";
import type { SendHandle } from "node:child_process";
import { Socket } from "node:net";
import { isRecord } from "../../boundary/checks.ts";
import {
  FrontPlace,
  type FrontReport,
  type ParlorServer,
  type PassedConnection,
  type SocketHandle,
} from "../../server/serve.ts";
import { asRequest, type ControlReply, type ControlRequest } from "../control/control-protocol.ts";
import type { ControlledServer } from "../control/controlled-server.ts";
import { firstLineOf } from "../print/failure.ts";
import { CHANNEL_FD, type FromFront } from "./front-messages.ts";
import { OtherSamples } from "./other-samples.ts";
import { isFront } from "./is-front.ts";

/** The place of this process among several fronts; null if it is not one of them. */
export function takeFrontPlace(): FrontPlace | null {
  const isOne = isFront();
  const which = process.env["PARLOR_FRONT"];
  // Scripts, and what they start, are no fronts.
  delete process.env["PARLOR_FRONT"];
  if (!isOne || cluster.worker === undefined) return null;
  // Without this, the process would exit at once when its parent has ended, and clients would get no close frame.
  cluster.worker.exitedAfterDisconnect = true;
  const others = new OtherSamples(send);
  const channel = new Socket({ fd: CHANNEL_FD });
  const place = new FrontPlace({
    channel,
    isFirst: which === "first",
    notifies: which !== "other",
    askOthers: others.ask,
    pass,
  });
  send({ boot: place.boot });
  process.on("message", (message, handle) => {
    others.receive(message, place);
    const passed = passedConnection(message, handle);
    if (passed !== null) place.bringIn(passed);
    if (isRecord(message) && isRecord(message["report"]))
      place.note(message["report"] as unknown as FrontReport);
  });
  return place;
}

/** Handles what the parent asks for its control socket, and sends it the health of this front. */
export function serveParent(app: ControlledServer, server: ParlorServer): void {
  const tasks = new Map<number, AbortController>();
  process.on("message", (message) => {
    const request = isRecord(message) ? asRequest(message["request"]) : null;
    if (request === null || !isRecord(message)) return;
    const control = Number(message["control"]);
    if (request.type === "cancel") return tasks.get(control)?.abort();
    const ended = new AbortController();
    tasks.set(control, ended);
    const reply = (each: ControlReply): void => send({ control, reply: each });
    void replyTo(request, app, { reply, signal: ended.signal }).finally(() => tasks.delete(control));
  });
  const sendHealth = (): void => send({ health: server.health });
  sendHealth();
  setInterval(sendHealth, HEALTH_EVERY).unref();
}

async function replyTo(request: Asked, app: ControlledServer, { reply, signal }: Asker): Promise<void> {
  try {
    if (request.type === "ask") reply({ type: "status", status: await app.status });
    else if (request.type === "cluster") reply({ type: "cluster", nodes: await app.cluster(request.ask) });
    else if (request.type === "reload")
      reply({ type: "reloaded", result: await app.reload(request.route, { force: request.force === true }) });
    else {
      const onLine = (line: Parameters<Parameters<ControlledServer["runTask"]>[1]["onLine"]>[0]): void =>
        reply({ type: "line", line });
      const { ok, exitCode = 1 } = await app.runTask(request.task, { onLine, signal });
      reply({ type: "end", code: ok ? 0 : exitCode });
    }
  } catch (error) {
    reply({ type: "refused", message: firstLineOf(error) });
  }
}

type Asked = Exclude<ControlRequest, { type: "cancel" }>;

interface Asker {
  readonly reply: (reply: ControlReply) => void;
  readonly signal: AbortSignal;
}

function send(message: FromFront): void {
  if (process.connected) process.send?.(message);
}

// Node closes no handle that it has sent in this form.
function pass(passTo: string, { handle, bytes }: PassedConnection, onLeft: () => void): void {
  const message: FromFront = { passTo, bytes: bytes.toString("base64") };
  if (process.connected) process.send?.(message, handle as unknown as SendHandle, {}, onLeft);
  else onLeft();
}

function passedConnection(message: unknown, handle: unknown): PassedConnection | null {
  if (!isRecord(message) || typeof message["passed"] !== "string" || handle === undefined) return null;
  return { handle: handle as SocketHandle, bytes: Buffer.from(message["passed"], "base64") };
}

/** How often a front sends its health, ms. */
const HEALTH_EVERY = 1000;
