// Front: how a host that hangs ends, with the place where it stands.
import type { HangTrace, Host, HostExit } from "../../boundary/host.ts";
import { hangReason } from "./hang-watch.ts";

/**
 * Calls `end` with the host's exit: at once for a host that cannot say where it stands, otherwise when it is known, and
 * not at all if the host has moved on meanwhile. May be called again before that.
 */
export function endHanging(host: Host, stood: number, end: (exit: HostExit) => void): void {
  const exitNow = (place: string): HostExit | undefined => host.inspect?.(`${hangReason(stood)}${place}`);
  const endNow = (exit: HostExit | undefined): void => (exit === undefined ? undefined : end(exit));
  const traced = host.trace?.();
  if (traced === undefined) return endNow(exitNow(""));
  const before = host.progress?.();
  void traced.then((hang) => {
    if (host.progress?.() !== before) return;
    const exit = exitNow(placeText(hang));
    endNow(hang === null || exit === undefined ? exit : { ...exit, hang });
  });
}

/** The innermost frame is where it loops; the outermost is the handler, the timer's function or the tick. */
export function placeText(hang: HangTrace | null): string {
  if (hang?.isSilent === true) return "; it does not respond to the inspector: a long native call";
  const [innermost, ...callers] = hang?.frames ?? [];
  if (innermost === undefined) return "";
  const handler = callers.at(-1);
  return handler === undefined ? `, in ${innermost}` : `, in ${innermost}, called by ${handler}`;
}
