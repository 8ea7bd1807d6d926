// CLI: the templates of `parlor new`.

/** A folder in `templates/`. */
export type TemplateName = (typeof names)[number];

const names = ["app", "bolt-ring"] as const;

/** Why there is no template of this name, or null if there is one. */
export function templateProblem(name: string): string | null {
  if (names.some((known) => known === name)) return null;
  return `there is no template "${name}"; use ${names.join(" or ")}`;
}
