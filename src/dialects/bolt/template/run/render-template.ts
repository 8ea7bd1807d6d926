// Dialect: renders a template, and those that it extends.
import type { TemplatePlace } from "../values/template-error.ts";
import type { Template, TemplateRun } from "./run.ts";

/** Renders a template into a run. Of one that extends another, only variables and blocks have an effect. */
export function renderTemplate(run: TemplateRun, template: Template): void {
  for (const [name, statements] of template.blocks) {
    run.blocks.set(name, [...(run.blocks.get(name) ?? []), statements]);
  }
  if (template.parent === null) return run.withBlocks(true, () => run.render(template.statements));
  run.captured(() => run.withBlocks(false, () => run.render(template.statements)));
  const { parent } = template;
  const place = template.statements[0]?.place ?? NO_PLACE;
  run.deeper(place, () => renderTemplate(run, parent(run)));
}

const NO_PLACE: TemplatePlace = { name: "template", line: 1 };
