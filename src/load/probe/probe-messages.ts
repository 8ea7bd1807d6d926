import type { ScriptShape } from "../../boundary/shape.ts";
import type { CompileSource } from "../../boundary/host-spec.ts";

/** What the loader thread is started with. */
export interface ProbeWork {
  readonly scripts: readonly { readonly name: string; readonly source: CompileSource }[];
  readonly shared: readonly CompileSource[];
  /** Whether the default export is wanted, as plain data, rather than the shape of all exports. */
  readonly config: boolean;
}

/** An error reduced to text, for whatever a script throws may not be cloned. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What the loader thread tells, in order: of each script its beginning, perhaps that it waits, and its end. */
export type ProbeReport =
  | { readonly type: "begun"; readonly name: string }
  | { readonly type: "waiting"; readonly name: string }
  | { readonly type: "shape"; readonly name: string; readonly shape: ScriptShape }
  | { readonly type: "config"; readonly name: string; readonly value: unknown }
  | { readonly type: "notPlain"; readonly name: string; readonly where: string; readonly what: string }
  | { readonly type: "threw"; readonly name: string; readonly error: ThrownError };
