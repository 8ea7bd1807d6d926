// Host: joins a kernel to the messages of its kind: handover notices out, the front's requests in.
import type { HandoverPorts } from "../../handover/handover.ts";
import type { StartPorts } from "../../script/life/host-life.ts";
import type { HostKernel } from "../../script/host-kernel.ts";
import { transferOf, unpackBatch, type HostNotice, type PackedBatch, type ToHost } from "./messages.ts";

/** Sends a handover's results as notices. */
export function handoverPorts(post: (notice: HostNotice, transfer: ArrayBuffer[]) => void): HandoverPorts {
  return {
    prepared: (problem) => post({ kind: "prepared", problem }, []),
    sessionState: (packed) => post({ kind: "sessionState", packed }, transferOf(packed)),
    handedOver: (result) => post({ kind: "handedOver", result }, []),
    sessionReleased: (handover) => post({ kind: "sessionReleased", handover }, []),
  };
}

/** Reports the start of a host. Without `onStart` in its scripts it is ready as soon as its code has run. */
export function startPorts(post: (notice: HostNotice) => void, ready: () => void): StartPorts {
  return {
    starting: () => post({ kind: "starting" }),
    failing: (failing) => post({ kind: "failing", failing }),
    ready,
  };
}

/** Hands a message of the front to the kernel. */
export function receiveFromFront(
  message: PackedBatch | Exclude<ToHost, { kind: "applied" | "measure" }>,
  { runtime, handover, life }: HostKernel,
  post: (notice: HostNotice) => void,
): void {
  if (!("kind" in message)) runtime.deliver(unpackBatch(message));
  else if (message.kind === "prepare") handover.prepare(message.snapshots, message.isLast);
  else if (message.kind === "receiveState") handover.receivePart(message.packed);
  else if (message.kind === "handOver") handover.handOver();
  else life.finish(message.limit, () => post({ kind: "finished" }));
}
