// CLI: the messages between the parent of several fronts and each of them.
import type { FrontReport, FrontSamples } from "../../server/serve.ts";
import type { ControlReply, ControlRequest } from "../control/control-protocol.ts";
import type { ServesMessage } from "../lifetime/supervised.ts";

/**
 * From the parent: a request of its control socket, by a number; how all fronts are; a question for the samples of this
 * front's metrics; or those of the other fronts, which it has asked for.
 */
export type ToFront =
  | { readonly control: number; readonly request: ControlRequest }
  | { readonly report: FrontReport }
  | { readonly sample: number }
  | { readonly samples: number; readonly others: readonly FrontSamples[] };

/**
 * From a front: it serves; its health; a reply to the request with that number; the samples of its metrics; or the
 * question for those of the other fronts.
 */
export type FromFront =
  | ServesMessage
  | { readonly health: object }
  | { readonly control: number; readonly reply: ControlReply }
  | { readonly sampled: number; readonly samples: FrontSamples["samples"] }
  | { readonly sampleOthers: number };

/** The descriptor of the private channel in a front: the pipe after the standard streams and that of these messages. */
export const CHANNEL_FD = 4;
