// Dialect: an error in a template, with its file and line.
/** Thrown while a template is read or rendered. */
export class TemplateError extends Error {
  /** Whether the reason is a template that does not exist. */
  readonly isMissing: boolean;

  constructor(text: string, { name, line }: TemplatePlace, isMissing = false) {
    super(`${name}:${line}: ${text}`);
    this.name = "TemplateError";
    this.isMissing = isMissing;
  }
}

/** A line of a template, from 1. */
export interface TemplatePlace {
  readonly name: string;
  readonly line: number;
}
