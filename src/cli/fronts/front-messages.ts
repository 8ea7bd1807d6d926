// CLI: the messages between the parent of several fronts and each of them.
import type { FrontReport, FrontSamples } from "../../server/serve.ts";
import type { ControlReply, ControlRequest } from "../control/control-protocol.ts";
import type { ServesMessage } from "../lifetime/supervised.ts";

/**
 * From the parent: a request of its control socket, by a number; how all fronts are; a question for the samples of this
 * front's metrics; those of the other fronts, which it has asked for; or the bytes of a connection that comes with it.
 */
export type ToFront =
  | { readonly control: number; readonly request: ControlRequest }
  | { readonly report: FrontReport }
  | { readonly sample: number }
  | { readonly samples: number; readonly others: readonly FrontSamples[] }
  | { readonly passed: string };

/**
 * From a front: its life; it serves; its health; a reply to the request with that number; the samples of its metrics; the
 * question for those of the other fronts; or the bytes of a connection that goes with it to the front of a life.
 */
export type FromFront =
  | ServesMessage
  | { readonly boot: string }
  | { readonly health: object }
  | { readonly control: number; readonly reply: ControlReply }
  | { readonly sampled: number; readonly samples: FrontSamples["samples"] }
  | { readonly sampleOthers: number }
  | { readonly passTo: string; readonly bytes: string };

/** The descriptor of the private channel in a front: the pipe after the standard streams and that of these messages. */
export const CHANNEL_FD = 4;
