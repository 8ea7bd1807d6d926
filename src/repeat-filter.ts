// Base: bounds a log: lines of the same kind are written once and then counted, and long texts are cut.
import type { Clock } from "./boundary/clock.ts";
import { errorText } from "./boundary/errors.ts";
import type { LogLevel } from "./boundary/log-line.ts";

/** An entry of the log. */
export interface LogEntry {
  readonly level: LogLevel | "trace";
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/**
 * A client can make a handler throw as often as it likes, but must not fill the disk. Of the faults of one place in a
 * script, those whose texts differ in more than numbers are written, up to five. Others are counted, and the count is
 * written once a second. A place that is quiet for a second starts again. Each node of a cluster and each front is a
 * place of its own: its id is all that differs. A line that a script prints is written up to twenty times a second.
 */
export class RepeatFilter {
  readonly #clock: Clock;
  readonly #write: (entry: LogEntry) => void;
  readonly #places = new Map<string, Place>();

  constructor(clock: Clock, write: (entry: LogEntry) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  add(entry: LogEntry): void {
    // What the server does at its sockets and hosts: an operator who asked for it gets all of it.
    if (entry.fields["kind"] !== undefined) return this.#write(cut(entry));
    const isPrinted = entry.fields["code"] === undefined && entry.fields["fault"] === undefined;
    const place = this.#placeOf(isPrinted ? printedKey(entry) : faultKey(entry));
    if (isPrinted ? place.takesPrinted() : place.takesFault(shapeOf(entry.text))) this.#write(cut(entry));
    else place.repeat(entry);
  }

  /** Writes the counts that wait. */
  flush(): void {
    for (const place of this.#places.values()) this.#report(place);
  }

  #placeOf(wanted: string): Place {
    const key = this.#places.has(wanted) || this.#places.size < MOST_PLACES ? wanted : "";
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = new Place();
    this.#places.set(key, place);
    this.#watch(key, place);
    return place;
  }

  #watch(key: string, place: Place): void {
    this.#clock.after(WINDOW, () => {
      if (!this.#report(place)) return void this.#places.delete(key);
      this.#watch(key, place);
    });
  }

  // Returns false when there was nothing to report.
  #report(place: Place): boolean {
    const repeats = place.takeRepeats();
    if (repeats === null) return false;
    const { entry, count } = repeats;
    const text = errorText("PARLOR_LOG_REPEATED", { times: timesOf(count), text: firstLine(entry.text) });
    const { code = "PARLOR_LOG_REPEATED" } = entry.fields;
    this.#write(cut({ ...entry, fields: { ...entry.fields, code, repeated: count }, text }));
    return true;
  }
}

/** The lines of one place within a second. */
class Place {
  readonly #shapes = new Set<string>();
  #printed = 0;
  #repeated = 0;
  #last: LogEntry | null = null;

  takesPrinted(): boolean {
    this.#printed += 1;
    return this.#printed <= MOST_PRINTED;
  }

  takesFault(shape: string): boolean {
    if (this.#shapes.has(shape) || this.#shapes.size >= MOST_SHAPES) return false;
    this.#shapes.add(shape);
    return true;
  }

  repeat(entry: LogEntry): void {
    this.#repeated += 1;
    this.#last = entry;
  }

  /** What was counted since the last call; null when nothing was. */
  takeRepeats(): { readonly entry: LogEntry; readonly count: number } | null {
    const taken = this.#last === null ? null : { entry: this.#last, count: this.#repeated };
    this.#repeated = 0;
    this.#last = null;
    return taken;
  }
}

/** The time after which repeats are reported, ms. */
const WINDOW = 1000;

/** How many different faults of one place are written. */
const MOST_SHAPES = 5;

/** How often the same printed line is written within a second. */
const MOST_PRINTED = 20;

/** Places beyond this many are counted together. */
const MOST_PLACES = 1000;

/** The characters of a text, and of a field, that are written. */
const LONGEST_TEXT = 16_384;
const LONGEST_FIELD = 1024;

/** The characters of a text that are compared. */
const SHAPE_LENGTH = 300;

function printedKey({ level, fields, text }: LogEntry): string {
  return `${level} ${String(fields["script"])} ${text.slice(0, LONGEST_TEXT)}`;
}

function faultKey({ level, fields }: LogEntry): string {
  const { script, scripts, code, fault, at, node, front } = fields;
  return JSON.stringify([level, script, scripts, code, fault, at, node, front]);
}

// Two texts that differ in numbers and ids only have the same shape.
function shapeOf(text: string): string {
  return text.slice(0, SHAPE_LENGTH).replace(/[\da-f-]*\d[\da-f-]*/gi, "0");
}

function cut(entry: LogEntry): LogEntry {
  const { text, fields } = entry;
  const isLong = Object.values(fields).some(
    (value) => typeof value === "string" && value.length > LONGEST_FIELD,
  );
  if (text.length <= LONGEST_TEXT && !isLong) return entry;
  const short = Object.entries(fields).map(([name, value]) => [name, cutField(value)] as const);
  return { ...entry, text: cutTo(text, LONGEST_TEXT), fields: Object.fromEntries(short) };
}

function cutField(value: unknown): unknown {
  return typeof value === "string" ? cutTo(value, LONGEST_FIELD) : value;
}

function cutTo(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… [cut: ${text.length} characters]`;
}

function timesOf(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
