// Host: joins a kernel to the messages of its kind: handover notices out, the front's requests in.
import type { HandoverPorts } from "../../handover/handover.ts";
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

/** Hands a message of the front to the kernel. */
export function receiveFromFront(
  message: PackedBatch | Exclude<ToHost, { kind: "applied" | "measure" }>,
  { runtime, handover }: HostKernel,
): void {
  if (!("kind" in message)) runtime.deliver(unpackBatch(message));
  else if (message.kind === "prepare") handover.prepare(message.snapshots, message.isLast);
  else if (message.kind === "receiveState") handover.receivePart(message.packed);
  else handover.handOver();
}
