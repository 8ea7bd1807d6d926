import { placeIn } from "../../src/host/script/fault-place.ts";
import { withoutEnd } from "../../src/boundary/text/without-end.ts";
import { expect, test } from "vitest";
import { headerOf } from "../../src/boundary/text/header-lines.ts";
import { multipartParts } from "../../src/boundary/text/multipart.ts";
import { byLikeness, nearest } from "../../src/boundary/text/nearest.ts";
import { normalizePath } from "../../src/boundary/text/path.ts";
import { offeredProtocols } from "../../src/boundary/text/subprotocol.ts";
import { isWithinBytes, utf8Length } from "../../src/boundary/text/utf8.ts";
import { cookieValue } from "../../src/dialects/bolt/http/cookies.ts";
import { LinearPattern } from "../../src/dialects/bolt/pattern/linear-pattern.ts";
import { unmatched } from "../../src/dialects/bolt/routes/constraint.ts";
import { queryParameter, queryParameters } from "../../src/dialects/diesel/common/handshake-fields.ts";
import { StompReader } from "../../src/dialects/dirigible/stomp/protocol/stomp-reader.ts";
import { forwardedHops } from "../../src/front/http/forwarded.ts";
import { cpuTime } from "../support/cpu-time.ts";

/** What reads texts that a client chooses, with a text of a size that is as bad as one can be. */
const READERS: readonly [name: string, read: (size: number) => () => unknown][] = [
  ["the nearest of 50 names", (size) => fixed("x".repeat(size), (word) => nearest(word, NAMES))],
  ["50 names by their likeness", (size) => fixed("x".repeat(size), (word) => byLikeness(word, NAMES))],
  [
    "a parameter of many empty pairs",
    (size) => fixed("%&".repeat(size / 2), (text) => queryParameter(text, "a")),
  ],
  ["parameters with bad escapes", (size) => fixed("%E4%".repeat(size / 4), queryParameters)],
  ["a header among many", (size) => fixed("a: b\n".repeat(size / 5), (text) => headerOf(text, "c"))],
  ["subprotocols", (size) => fixed(`sec-websocket-protocol: ${", ,".repeat(size / 3)}\n`, offeredProtocols)],
  [
    "a subprotocol of spaces",
    (size) => fixed(`sec-websocket-protocol: a${" ".repeat(size)}b\n`, offeredProtocols),
  ],
  ["a form of many parts", (size) => fixed("--b\r\n".repeat(size / 5), (body) => multipartParts(FORM, body))],
  [
    "a form whose header is all parameters",
    (size) => fixed(part(';a="'.repeat(size / 4)), (body) => multipartParts(FORM, body)),
  ],
  [
    "a boundary behind many semicolons",
    (size) => fixed("; ".repeat(size / 2), (type) => multipartParts(`multipart/form-data${type}`, "")),
  ],
  ["a path of slashes", (size) => fixed("/".repeat(size), normalizePath)],
  ["a path of dots", (size) => fixed("/..".repeat(size / 3), normalizePath)],
  ["a cookie among many", (size) => fixed("a=b; ".repeat(size / 5), (text) => cookieValue(text, "c"))],
  ["hops in quotes", (size) => fixed('for="'.repeat(size / 5), (text) => forwardedHops({ forwarded: text }))],
  ["the bytes of a text", (size) => fixed("é".repeat(size), utf8Length)],
  ["the bytes of a name", (size) => fixed("é".repeat(size), (text) => isWithinBytes(text, 255))],
  ["a STOMP frame of many headers", (size) => fixed(`SEND\n${"a:b\n".repeat(size / 4)}\n\0`, stomp)],
  ["STOMP line ends", (size) => fixed("\n".repeat(size), stomp)],
  ["padding that is none", (size) => fixed(`${"=".repeat(size)}x`, (text) => withoutEnd(text, "="))],
  [
    "a message with a line like a frame",
    (size) => fixed(`Error: \n    at ${"a".repeat(size)}`, (stack) => placeIn(stack, "dirigible")),
  ],
  [
    "a parameter that a pattern of three loops must match",
    (size) => fixed("a".repeat(size), (text) => unmatched(LOOPS, { id: text })),
  ],
];

const NAMES = Array.from({ length: 50 }, (_, at) => `name-${at}`);
const FORM = "multipart/form-data; boundary=b";
const LOOPS = [{ name: "id", pattern: new LinearPattern("^a*a*a*b$", "u") }];

function fixed(text: string, read: (text: string) => unknown): () => unknown {
  return () => read(text);
}

function part(header: string): string {
  return `--b\r\nContent-Disposition: form-data${header}\r\n\r\nx\r\n--b--`;
}

function stomp(text: string): void {
  const reader = new StompReader();
  reader.add(text);
  for (let frames = 0; frames < 100 && reader.next("1.2") !== null; frames += 1);
}

async function quickest(run: () => unknown): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 5; round += 1) {
    const spent = await cpuTime(() => {
      try {
        run();
      } catch {
        // A text that is refused is read as well.
      }
    });
    least = Math.min(least, spent);
  }
  return least;
}

test.each(READERS)(
  "%s: eight times the text takes about eight times as long",
  async (_name, read) => {
    const [small, large] = [await quickest(read(32_768)), await quickest(read(262_144))];
    // What is quadratic takes 64 times as long, and what takes a moment does no harm.
    expect(large).toBeLessThan(Math.max(150, small * 30));
  },
  60_000,
);
