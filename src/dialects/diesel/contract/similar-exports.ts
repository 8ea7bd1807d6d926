// Dialect: exports that have no effect, and whose names resemble those that have one.
import { nearest } from "../../../boundary/text/nearest.ts";
import type { ExportShape } from "../../../boundary/shape.ts";
import type { ExportHint } from "../../../host/api/dialect.ts";
import type { Exports } from "./read-exports.ts";

/**
 * A name resembles another if only case, `_` or one letter differ, or if it is what other servers call the same. A
 * function can only be meant for a handler, and data for a setting. Where the right name is exported, too, a script has
 * its own use for the other one, as for any other helper.
 */
export function similarExports(exports: Exports, known: KnownExports): ExportHint[] {
  const all = [...known.handlers, ...known.settings];
  return Object.entries(exports).flatMap(([name, shape]) => {
    if (all.includes(name)) return [];
    if (name === "default") return hintOfMembers(shape, all);
    const meant = meantBy(name, candidatesFor(shape, known));
    return meant === null || Object.hasOwn(exports, meant) ? [] : [{ name, meant }];
  });
}

/** The names that have an effect in a kind of script. */
export interface KnownExports {
  readonly handlers: readonly string[];
  readonly settings: readonly string[];
}

/** The names of files of `shared/`, of which only the names are known. */
export function similarHooks(names: readonly string[]): ExportHint[] {
  return names.flatMap((name) => {
    const meant = HOOKS.includes(name) ? null : meantBy(name, HOOKS);
    // An `onReady` of a shared file takes a function to call: it is a helper.
    return meant === null || names.includes(meant) || /^on(?:Load|Ready|Create|Mount)$/.test(name)
      ? []
      : [{ name, meant }];
  });
}

const HOOKS: readonly string[] = ["onStart", "onStop"];

function candidatesFor(shape: ExportShape, { handlers, settings }: KnownExports): readonly string[] {
  if (shape.type === "function") return handlers;
  return shape.type === "other" ? [] : settings;
}

// `export default { onMessage() {} }`, as other servers take it.
function hintOfMembers(shape: ExportShape, known: readonly string[]): ExportHint[] {
  const members = shape.type === "other" ? [...(shape.members ?? [])] : [];
  if (shape.type === "settings") members.push(...Object.keys(shape.value));
  const meant = members.find((name) => known.includes(name));
  return meant === undefined ? [] : [{ name: "default", meant }];
}

function meantBy(name: string, candidates: readonly string[]): string | null {
  const plain = plainName(name);
  const same = candidates.find(
    (one) => plainName(one) === plain || OTHER_NAMES[one]?.includes(plain) === true,
  );
  // One slip at most: a helper called `onTime` is not a misspelt `onTick`.
  return same ?? (name.length < SHORTEST ? null : nearest(name, candidates, 1));
}

/** In shorter names, one letter is another word: `got` is not `GET`. */
const SHORTEST = 5;

function plainName(name: string): string {
  return name.replaceAll(/[_$-]/g, "").toLowerCase();
}

/** What other servers call the same, without case. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  onOpen: words("onconnect onconnected onconnection onopened onjoin onjoined onsocketopen"),
  onClose: words("ondisconnect ondisconnected ondisconnecting onclosed onleave onleft onsocketclose"),
  onMessage: words("ontext ondata onreceive onreceived onmsg onmessagereceived ontextmessage"),
  onBinary: words("onbytes onbuffer onblob onbinarymessage"),
  onUpgrade: words("onhandshake onauth onauthenticate onauthorize onverifyclient onbeforeconnect"),
  onError: words("onexception onfault onfailure"),
  onReload: words("onreloaded onhotreload onhandover ontakeover"),
  onTick: words("onupdate onframe onloop ontickupdate"),
  onStart: words("onstarted onstartup oninit oninitialize onboot onload onready oncreate onmount"),
  onStop: words("onstopped onshutdown onexit ondestroy ondispose onterminate onteardown onunload onunmount"),
  saveState: words("onsavestate onsave serializestate"),
  restoreState: words("onrestorestate onrestore deserializestate"),
  tickRate: words("ticksrate tickspersecond tickrates"),
  protocols: words("protocol subprotocol subprotocols"),
  threads: words("threadcount"),
  DELETE: words("del"),
  GET: words("onget"),
  POST: words("onpost"),
  handleRequest: words("onrequest"),
  run: words("onrun"),
  schedule: words("cronexpression crontab"),
  timezone: words("tz"),
};

function words(text: string): readonly string[] {
  return text.split(" ");
}
