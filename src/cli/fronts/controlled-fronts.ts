// CLI: several fronts as the control socket uses them: as one server.
import type { ServerStatus } from "../../server/serve.ts";
import type { ControlReply, ControlRequest, ReloadResult } from "../control/control-protocol.ts";
import type { ControlledServer } from "../control/controlled-server.ts";
import { firstLineOf, UsageError } from "../print/failure.ts";
import type { FrontProcess } from "./front-process.ts";
import { mergedStatus } from "./merged-status.ts";

/** A task runs on one front; a reload reloads all; the status is that of all together. */
export function controlledFronts(serving: () => readonly FrontProcess[]): ControlledServer {
  return {
    get status() {
      return statusOf(serving());
    },
    async runTask(task, watch) {
      const front = firstOf(serving());
      const reply = await front.ask({ type: "run", task }, watch);
      if (reply.type !== "end") throw refusalOf(reply);
      return { ok: reply.code === 0, exitCode: reply.code };
    },
    async reload(route, { force = false } = {}) {
      const request: ControlRequest = {
        type: "reload",
        ...(route === undefined ? {} : { route }),
        ...(force && { force }),
      };
      const fronts = serving();
      if (fronts.length === 0) throw noFront();
      const outcomes = await Promise.allSettled(fronts.map(async (front) => reloaded(front, request)));
      return mergedReload(outcomes, fronts);
    },
    // Each front is a node of the cluster, and asks all others.
    async cluster(ask) {
      const front = firstOf(serving());
      const reply = await front.ask({ type: "cluster", ask });
      if (reply.type !== "cluster") throw refusalOf(reply);
      return reply.nodes;
    },
  };
}

function firstOf(fronts: readonly FrontProcess[]): FrontProcess {
  const front = fronts.find(({ isHeard }) => isHeard);
  if (front === undefined) throw noFront();
  return front;
}

async function statusOf(fronts: readonly FrontProcess[]): Promise<ServerStatus> {
  const replies = await Promise.all(fronts.map(async (front) => statusWithin(front)));
  const known = replies.filter((status) => status !== null);
  if (known.length === 0) throw noFront();
  return mergedStatus(known);
}

// A front that stands still must not hide the others.
async function statusWithin(front: FrontProcess): Promise<ServerStatus | null> {
  const late = new Promise<null>((resolve) => void setTimeout(resolve, STATUS_WITHIN, null).unref());
  const reply = await Promise.race([front.ask({ type: "ask" }).catch(() => null), late]);
  return reply?.type === "status" ? (reply.status as ServerStatus) : null;
}

// One that stands still must not carry out later what was reported as failed: it is not asked to.
async function reloaded(front: FrontProcess, request: ControlRequest): Promise<ReloadResult> {
  if (!front.isHeard) throw new UsageError("it gives no sign of life, and keeps its version");
  const reply = await front.ask(request);
  if (reply.type !== "reloaded") throw refusalOf(reply);
  return reply.result;
}

// If all fronts refuse for the same reason, that is the reply. If some do, the others have reloaded.
function mergedReload(
  outcomes: readonly PromiseSettledResult<ReloadResult>[],
  fronts: readonly FrontProcess[],
): ReloadResult {
  const results = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failures = outcomes.flatMap((outcome, at) =>
    outcome.status === "rejected" ? [{ front: fronts[at]!.number, reason: firstLineOf(outcome.reason) }] : [],
  );
  if (results.length === 0) throw new UsageError(failures[0]?.reason ?? "no front has reloaded");
  const union = (name: keyof ReloadResult): string[] => [...new Set(results.flatMap((each) => each[name]))];
  const problems = failures.map(({ front, reason }) => `front ${front}: ${reason}`);
  return {
    changed: union("changed"),
    removed: union("removed"),
    problems: [...union("problems"), ...problems],
  };
}

function refusalOf(reply: ControlReply): UsageError {
  return new UsageError(reply.type === "refused" ? reply.message : "a front sent an unknown reply");
}

function noFront(): UsageError {
  return new UsageError("no front serves at the moment; try again");
}

/** How long a front may take to send its status, ms. */
const STATUS_WITHIN = 2000;
