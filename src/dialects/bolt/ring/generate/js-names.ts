// Dialect: names of Ring as names of JavaScript. Compiled functions keep theirs, so that stacks can be read.

/** A name of Ring, whose characters are bytes, after a prefix of its kind: `v_count`, `f_$40get`. */
export function jsName(prefix: string, name: string): string {
  return (
    prefix + name.replaceAll(/[^a-z0-9_]/g, (byte) => `$${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)
  );
}

/** How a compiled function is named in a stack, and what it is. */
export const frames = { function: "f$", method: "m$", top: "t$", class: "c$" } as const;

/** The access to a property by its name: `.name` or `["größe"]`. */
export function property(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? `.${name}` : `[${quoted(name)}]`;
}

/** A text as a JavaScript literal in one line. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
