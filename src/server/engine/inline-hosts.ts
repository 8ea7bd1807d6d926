// Server: makes inline hosts, with all dialects.
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { HostListener } from "../../boundary/host.ts";
import { dialects } from "../../dialects/index.ts";
import { InlineHost } from "../../host/kinds/inline/inline-host.ts";

/** Makes hosts in the server's own thread, for scripts of every published API. */
export function inlineHost(incarnation: number, spec: HostSpec, listener: HostListener): InlineHost {
  return new InlineHost(incarnation, spec, listener, { dialects });
}
