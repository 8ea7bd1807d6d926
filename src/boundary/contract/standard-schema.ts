// Boundary: Standard Schema, the interface that validation libraries share, as far as a contract of messages needs it.

/** A validator of any library: https://standardschema.dev. */
export interface StandardSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): ValidationResult | Promise<ValidationResult>;
    /** Standard JSON Schema, which some libraries have. */
    readonly jsonSchema?: { input(options: { readonly target: string }): unknown };
  };
}

/** What a validator says: the value, perhaps converted, or why it is wrong. */
export type ValidationResult =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly ValidationIssue[] };

/** One reason why a value is wrong. */
export interface ValidationIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Some libraries make functions of their schemas. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard: unknown = Reflect.get(value, "~standard");
  if (typeof standard !== "object" || standard === null) return false;
  return typeof Reflect.get(standard, "validate") === "function";
}

/** Whether a value is an object that is neither an array nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The reasons in one line: `text: expected a string; at.x: too large`. */
export function issuesText(issues: readonly ValidationIssue[]): string {
  const more = issues.length - MOST_ISSUES;
  const named = issues.slice(0, MOST_ISSUES).map(issueText).join("; ");
  return shortened(named) + (more > 0 ? `; and ${more} more` : "");
}

function issueText({ message, path = [] }: ValidationIssue): string {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
}

// A message to a client must not grow with what the client has sent.
function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const MOST_ISSUES = 3;
const LONGEST = 500;
