// Host: the texts that many handshakes have in common, each kept once.
import type { Handshake } from "../../boundary/events.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** A host on a thread or in a process gets each handshake with copies of its own: most of what an idle session keeps. */
export class SharedTexts {
  /** Of the latest session of each script. */
  readonly #latest = new Map<ScriptKey, Texts>();

  /** Replaces texts of the handshake by those of the session before it, if they are equal. */
  share(handshake: Texts): void {
    const known = this.#latest.get(handshake.script);
    if (known === undefined) return this.#keep(handshake);
    handshake.script = known.script;
    for (const name of NAMES) shareText(handshake, known, name);
  }

  // A copy: the rest of a handshake may be large, and ends with its session.
  #keep({ script, route, path, protocol }: Texts): void {
    this.#latest.set(script, { script, route, path, protocol });
  }
}

/** What is shared of a handshake. */
interface Texts {
  script: Handshake["script"];
  route: Handshake["route"];
  path: Handshake["path"];
  protocol?: Handshake["protocol"];
}

const NAMES = ["route", "path", "protocol"] as const;

// Where a text is left out, it stays so: a field more would cost more than a text.
function shareText<Name extends (typeof NAMES)[number]>(handshake: Texts, known: Texts, name: Name): void {
  if (handshake[name] !== known[name]) known[name] = handshake[name];
  else if (known[name] !== undefined) handshake[name] = known[name];
}
