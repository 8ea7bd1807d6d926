// Dialect: reads frames of STOMP from the texts of WebSocket messages, wherever these begin and end.
import { utf8Length } from "../../../../boundary/text/utf8.ts";
import { byteEnd } from "./byte-end.ts";
import { unescapeHeader } from "./header-escapes.ts";
import { StompError } from "./stomp-error.ts";
import { FRAME_BYTES, FRAME_HEADERS, type StompFrame, type StompVersion } from "./stomp-frame.ts";

/** Keeps the start of a frame until its end comes. */
export class StompReader {
  #text = "";
  #at = 0;
  /** Whether a character that ends frames has come since the last frame that was not whole. */
  #mayEnd = false;
  /** The current frame has at least this number of characters: shorter texts are not read again at each of many messages. */
  #least = 0;

  /** Takes the text of a message; `next` returns its frames. */
  add(text: string): void {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
    this.#mayEnd ||= text.includes(END);
  }

  /** Whether a part of a frame waits for the rest. */
  get isWithinFrame(): boolean {
    return this.#at < this.#text.length;
  }

  /**
   * The next whole frame; null when there is none yet. Throws a StompError for a text that is not a frame, and for a
   * frame that is too long; after that the reader must not be used. `version`: null before the client has connected.
   */
  next(version: StompVersion | null): StompFrame | null {
    this.#at = afterLineEnds(this.#text, this.#at);
    const length = this.#text.length - this.#at;
    const isWorthIt = this.#mayEnd && length >= this.#least;
    const read = isWorthIt ? readFrame(this.#text, this.#at, version) : null;
    if (read === null || "missing" in read) {
      if (length > FRAME_BYTES) throw tooLong();
      if (read !== null) this.#wait(length + read.missing);
      return null;
    }
    this.#at = read.end;
    this.#least = 0;
    return read.frame;
  }

  #wait(least: number): void {
    this.#mayEnd = false;
    this.#least = least;
  }
}

const END = "\0";

interface ReadFrame {
  readonly frame: StompFrame;
  /** The place behind it. */
  readonly end: number;
}

/** A frame that is not whole. */
interface PartialFrame {
  /** At least this number of characters is still to come. */
  readonly missing: number;
}

const PARTIAL: PartialFrame = { missing: 1 };

// Between frames, line ends are heart-beats.
function afterLineEnds(text: string, start: number): number {
  let at = start;
  while (text[at] === "\n" || (text[at] === "\r" && text[at + 1] === "\n")) at += 1;
  return at;
}

function readFrame(text: string, start: number, version: StompVersion | null): ReadFrame | PartialFrame {
  const head = readHead(text, start);
  if (head === null) return PARTIAL;
  const command = head.lines[0] ?? "";
  const headers = headersOf(head.lines.slice(1), isPlain(command) ? null : version);
  const bodyEnd = endOfBody(text, head.end, headers.get("content-length"));
  if (typeof bodyEnd === "object") return bodyEnd;
  if (isTooLong(text, start, bodyEnd)) throw tooLong();
  const body = text.slice(head.end, bodyEnd);
  if (body !== "" && !WITH_BODY.has(command))
    throw new StompError(`a frame ${command} has no body`, "leave the body out");
  return { frame: { command, headers, body }, end: bodyEnd + END.length };
}

/** Published: these frames can be read by every version, so they are not escaped. */
function isPlain(command: string): boolean {
  return command === "CONNECT" || command === "STOMP" || command === "CONNECTED";
}

const WITH_BODY: ReadonlySet<string> = new Set(["SEND", "MESSAGE", "ERROR"]);

// The lines up to the empty one; null when that has not come.
function readHead(text: string, start: number): { readonly lines: string[]; readonly end: number } | null {
  const last = text.indexOf(END, start);
  const lines: string[] = [];
  for (let at = start; ;) {
    const end = text.indexOf("\n", at);
    if (last !== -1 && (end === -1 || end > last))
      throw new StompError("a frame ends within its headers", "write an empty line behind the headers");
    if (end === -1) return null;
    const line = text.slice(at, text[end - 1] === "\r" && end > at ? end - 1 : end);
    at = end + 1;
    if (line === "") return { lines, end: at };
    if (lines.push(line) > FRAME_HEADERS + 1)
      throw new StompError(`a frame has more than ${FRAME_HEADERS} headers`, "send fewer headers");
  }
}

function headersOf(lines: readonly string[], version: StompVersion | null): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(":");
    if (at < 1)
      throw new StompError(`the header line ${shown(line)} has no name and value`, "write it as name:value");
    const [name, value] = [line.slice(0, at), line.slice(at + 1)].map((part) => plain(part, version, line));
    if (name !== undefined && value !== undefined && !headers.has(name)) headers.set(name, value);
  }
  return headers;
}

function plain(part: string, version: StompVersion | null, line: string): string {
  const text = version === null ? part : unescapeHeader(part, version);
  if (text !== null) return text;
  throw new StompError(
    `the header line ${shown(line)} has an escape that STOMP ${version ?? ""} does not know`,
    "escape \\ as \\\\, a line end as \\n and a colon as \\c",
  );
}

function shown(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}

// The place of the character that ends the frame, if it has come.
function endOfBody(text: string, start: number, length: string | undefined): number | PartialFrame {
  if (length === undefined) {
    const end = text.indexOf(END, start);
    return end === -1 ? PARTIAL : end;
  }
  if (!/^\d{1,9}$/.test(length.trim()))
    throw new StompError(`content-length is ${shown(length)}`, "give the bytes of the body as a number");
  if (Number(length) > FRAME_BYTES) throw tooLong();
  const end = byteEnd(text, start, Number(length));
  // A character has up to three bytes for each of its places in a text.
  if (typeof end === "object" && end !== null) return { missing: Math.ceil(end.missing / 3) + END.length };
  if (end === text.length) return PARTIAL;
  if (end !== null && text[end] === END) return end;
  throw new StompError(
    `the body is not ${length} bytes long, as content-length says`,
    "count the bytes of the body in UTF-8, and write a NUL behind it",
  );
}

function isTooLong(text: string, start: number, end: number): boolean {
  if ((end - start) * 3 <= FRAME_BYTES) return false;
  return utf8Length(text.slice(start, end)) > FRAME_BYTES;
}

function tooLong(): StompError {
  return new StompError(`a frame is longer than ${FRAME_BYTES} bytes`, "send the content in parts");
}
