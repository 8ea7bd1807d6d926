// Dialect: reads a template, with all tags that there are.
import type { Template } from "./run/run.ts";
import { TemplateParser, type ReadTag } from "./syntax/template-parser.ts";
import { controlTags } from "./tags/control-tags.ts";
import { templateTags } from "./tags/template-tags.ts";

/** Throws a TemplateError that names file and line. */
export function parseTemplate(name: string, source: string): Template {
  const parser = new TemplateParser(name, source, TAGS);
  const { statements } = parser.body(null);
  return { statements, blocks: parser.blocks, parent: parser.parent };
}

const TAGS: ReadonlyMap<string, ReadTag> = new Map(Object.entries({ ...controlTags, ...templateTags }));
