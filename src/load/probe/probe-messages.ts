// Load: the messages between the loader and the probe thread.
import type { ScriptShape } from "../../boundary/shape.ts";
import type { CompileSource } from "../../boundary/host-spec.ts";

/** The worker data of the probe thread. */
export interface ProbeWork {
  readonly scripts: readonly { readonly name: string; readonly source: CompileSource }[];
  readonly shared: readonly CompileSource[];
  /** Whether to report the default export as plain data, rather than the shape of all exports. */
  readonly config: boolean;
}

/** An error reduced to text, because a thrown value may not be cloneable. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** The reports of the probe thread, in order: for each script `started`, perhaps `waiting`, and its outcome. */
export type ProbeReport =
  | { readonly type: "started"; readonly name: string }
  | { readonly type: "waiting"; readonly name: string }
  | { readonly type: "shape"; readonly name: string; readonly shape: ScriptShape }
  | { readonly type: "config"; readonly name: string; readonly value: unknown }
  | { readonly type: "notPlain"; readonly name: string; readonly where: string; readonly what: string }
  | { readonly type: "threw"; readonly name: string; readonly error: ThrownError };
