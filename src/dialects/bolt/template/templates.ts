// Dialect: templates of Bolt programs: read once, rendered with the data of a request.
import { parseTemplate } from "./parse-template.ts";
import { renderTemplate } from "./run/render-template.ts";
import { TemplateRun, type Template } from "./run/run.ts";
import { TemplateError, type TemplatePlace } from "./values/template-error.ts";
import { isMap } from "./values/values.ts";

/** Published: MiniJinja, with escaping for HTML. Other templates, by `extends` and `include`, come from `read`. */
export class Templates {
  readonly #read: (name: string) => string | null;
  /** By source: a file that changes is read again. */
  readonly #parsed = new Map<string, Template>();

  /** `read`: the source of a template by its name; null if there is none. */
  constructor(read: (name: string) => string | null) {
    this.#read = read;
  }

  /** `name`: as errors show it. `base`: the folder of the names that the template uses. */
  render(
    template: { readonly name: string; readonly source: string; readonly base: string },
    data: unknown,
  ): string {
    const values = Array.isArray(data) && data.length === 0 ? {} : data;
    if (!isMap(values)) throw new TypeError(`${template.name}: the data of a template is an object`);
    const load = (name: string, place: TemplatePlace): Template => this.#load(template.base + name, place);
    const run = new TemplateRun(values, load);
    try {
      renderTemplate(run, this.#parse(template.name, template.source));
    } catch (error) {
      throw calledFromScript(error);
    }
    return run.text;
  }

  #load(name: string, place: TemplatePlace): Template {
    const source = this.#read(name);
    if (source === null) throw new TemplateError(`there is no template ${name}`, place, true);
    return this.#parse(name, source);
  }

  #parse(name: string, source: string): Template {
    const key = `${name}\n${source}`;
    const known = this.#parsed.get(key);
    if (known !== undefined) return known;
    const parsed = parseTemplate(name, source);
    if (this.#parsed.size >= MOST_PARSED) this.#parsed.clear();
    this.#parsed.set(key, parsed);
    return parsed;
  }
}

const MOST_PARSED = 1000;

// A stack has ten calls, and within a template all of them are of the renderer: from here on, the script's are in it.
function calledFromScript(error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error;
  const here = new Error(error.message).stack ?? "";
  error.stack = here.replace(/^Error/, () => error.name);
  return error;
}
