import fc from "fast-check";
import { FrameImpl, Parser, type IRawFrameType } from "@stomp/stompjs";
import { describe, expect, test } from "vitest";
import { writeFrame } from "../../../../src/dialects/dirigible/stomp/protocol/frame-writer.ts";
import { StompError } from "../../../../src/dialects/dirigible/stomp/protocol/stomp-error.ts";
import {
  FRAME_BYTES,
  type StompFrame,
  type StompVersion,
} from "../../../../src/dialects/dirigible/stomp/protocol/stomp-frame.ts";
import { StompReader } from "../../../../src/dialects/dirigible/stomp/protocol/stomp-reader.ts";
import { cpuTime } from "../../../support/cpu-time.ts";

/** All frames of these texts. */
function read(texts: readonly string[], version: StompVersion | null = "1.2"): Plain[] {
  const reader = new StompReader();
  return texts.flatMap((text) => {
    reader.add(text);
    const frames: Plain[] = [];
    for (let frame = reader.next(version); frame !== null; frame = reader.next(version))
      frames.push(plain(frame));
    return frames;
  });
}

type Plain = { readonly command: string; readonly headers: object; readonly body: string };

function plain({ command, headers, body }: StompFrame): Plain {
  return { command, headers: Object.fromEntries(headers), body };
}

function frame(command: string, headers: Record<string, string> = {}, body = ""): StompFrame {
  return { command, headers: new Map(Object.entries(headers)), body };
}

/** The message and the remedy of the error. */
function failure(texts: readonly string[], version: StompVersion | null = "1.2"): string {
  try {
    read(texts, version);
  } catch (error) {
    if (error instanceof StompError) return `${error.message}; ${error.remedy}`;
    throw error;
  }
  return "no error";
}

const VERSIONS: readonly StompVersion[] = ["1.0", "1.1", "1.2"];

/** Text without what a version cannot write in a header. */
const headerText = (version: StompVersion) =>
  fc.string({ unit: "binary", maxLength: 12 }).map((text) => {
    if (version === "1.0") return text.replaceAll(/[\r\n\0:]/g, "-").trim();
    return version === "1.1" ? text.replaceAll(/[\r\0]/g, "-") : text.replaceAll("\0", "-");
  });

const frames = (version: StompVersion) =>
  fc
    .tuple(
      fc.constantFrom("SEND", "MESSAGE", "ERROR", "SUBSCRIBE", "RECEIPT", "DISCONNECT"),
      fc.dictionary(
        headerText(version).filter((name) => name !== "" && name !== "content-length"),
        headerText(version),
        {
          maxKeys: 5,
        },
      ),
      fc.string({ unit: "binary", maxLength: 40 }),
    )
    .map(([command, headers, body]) =>
      frame(command, headers, /^(?:SEND|MESSAGE|ERROR)$/.test(command) ? body : ""),
    );

/** A text in pieces, cut anywhere between two characters. */
const pieces = (text: string) =>
  fc.array(fc.nat({ max: text.length }), { maxLength: 6 }).map((cuts) => {
    const places = [0, ...cuts.sort((a, b) => a - b), text.length].map((at) =>
      isWithin(text, at) ? at - 1 : at,
    );
    return places.slice(1).map((end, index) => text.slice(places[index], end));
  });

function isWithin(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text[at - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[at] ?? "");
}

describe("frames of STOMP", () => {
  test.each(VERSIONS)("any frame of %s is read as it was written", (version) => {
    fc.assert(
      fc.property(frames(version), (sent) => {
        const [received, ...others] = read([writeFrame(sent, version)], version);
        const { "content-length": length, ...headers } = received!.headers as Record<string, string>;
        expect({ ...received, headers }).toEqual(plain(sent));
        expect(others).toEqual([]);
        expect(length).toBe(sent.body === "" ? undefined : String(Buffer.byteLength(sent.body)));
      }),
    );
  });

  test.each(VERSIONS)(
    "frames of %s are the same, however their text is divided among messages",
    (version) => {
      const texts = fc
        .array(fc.tuple(frames(version), fc.constantFrom("", "\n", "\r\n", "\n\r\n\n")), { maxLength: 5 })
        .map((all) => all.map(([sent, ends]) => writeFrame(sent, version) + ends).join(""));
      fc.assert(
        fc.property(
          texts.chain((text) => fc.tuple(fc.constant(text), pieces(text))),
          ([text, parts]) => {
            expect(parts.join("")).toBe(text);
            expect(read(parts, version)).toEqual(read([text], version));
          },
        ),
      );
    },
  );

  test("any text gives frames or a StompError, and an ended frame never waits", () => {
    const characters = fc.constantFrom(
      "SEND",
      "CONNECT",
      "\n",
      "\r",
      "\0",
      ":",
      "\\",
      "a",
      "é",
      "😀",
      "content-length:",
      "3",
    );
    fc.assert(
      fc.property(
        fc.array(characters, { maxLength: 60 }),
        fc.constantFrom(null, ...VERSIONS),
        (parts, version) => {
          const reader = new StompReader();
          try {
            for (const part of parts) {
              reader.add(part);
              while (reader.next(version) !== null);
            }
            reader.add("");
            expect(reader.next(version)).toBe(null);
          } catch (error) {
            expect(error).toBeInstanceOf(StompError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("the client's library reads what is written, and writes what is read", () => {
    // It trims names and values, and does not escape names.
    const trimmed = frames("1.2").map(({ headers, ...rest }) => {
      return {
        ...rest,
        headers: new Map([...headers.values()].map((value, at) => [`name-${at}`, value.trim()])),
      };
    });
    fc.assert(
      fc.property(trimmed, (sent) => {
        const received: IRawFrameType[] = [];
        const parser = new Parser(
          (raw) => void received.push(raw),
          () => undefined,
        );
        parser.parseChunk(writeFrame(sent, "1.2"));
        const theirs = FrameImpl.fromRawFrame(received[0]!, true);
        expect({ command: theirs.command, body: theirs.body }).toEqual({
          command: sent.command,
          body: sent.body,
        });
        expect(theirs.headers).toMatchObject(Object.fromEntries(sent.headers));
        const written = FrameImpl.marshall({
          ...{ command: sent.command, headers: Object.fromEntries(sent.headers), body: sent.body },
          ...{ escapeHeaderValues: true, skipContentLengthHeader: false },
        });
        const [back] = read([written as string]);
        expect(back).toMatchObject(plain(sent));
      }),
    );
  });

  test("line ends between frames are heart-beats, and lines may end as on Windows", () => {
    const text = "\n\r\n\nSEND\r\na:b\r\ndestination:/x\r\n\r\nhi\0\n\nDISCONNECT\n\n\0\r\n";
    expect(read([text])).toEqual([
      { command: "SEND", headers: { a: "b", destination: "/x" }, body: "hi" },
      { command: "DISCONNECT", headers: {}, body: "" },
    ]);
  });

  test("a header that is repeated counts as it is at first, and a value keeps its colons and spaces", () => {
    expect(read(["SEND\na: b:c \na:d\nempty:\n\n\0"])).toEqual([
      { command: "SEND", headers: { a: " b:c ", empty: "" }, body: "" },
    ]);
  });

  test("a body with content-length may have the character that ends frames, and counts in bytes", () => {
    expect(read(["SEND\ncontent-length:8\n\na\0é😀\0\n"])).toMatchObject([{ body: "a\0é😀" }]);
    expect(read(["SEND\ncontent-length:3\n\na", "\0", "b", "\0"])).toMatchObject([{ body: "a\0b" }]);
  });

  test.each([
    ["1.2", "a\\c\\\\\\n\\r", "a:\\\n\r"],
    ["1.1", "a\\c\\\\\\n", "a:\\\n"],
    ["1.0", "  a\\c\\n ", "a\\c\\n"],
  ] as const)("%s has its own escapes", (version, written, meant) => {
    expect(read([`SEND\nname:${written}\n\n\0`], version)).toMatchObject([{ headers: { name: meant } }]);
  });

  test("CONNECT and CONNECTED have no escapes, in no version", () => {
    const text = "CONNECT\npasscode:a\\b\n\n\0";
    for (const version of [null, ...VERSIONS])
      expect(read([text], version)).toMatchObject([{ headers: { passcode: "a\\b" } }]);
    expect(writeFrame(frame("CONNECTED", { server: "a:b" }), "1.2")).toBe("CONNECTED\nserver:a:b\n\n\0");
    expect(writeFrame(frame("MESSAGE", { id: "a:\r\nb\\" }), "1.1")).toBe("MESSAGE\nid:a\\c \\nb\\\\\n\n\0");
    expect(writeFrame(frame("MESSAGE", { id: "a:\r\nb" }), "1.0")).toBe("MESSAGE\nid:a:  b\n\n\0");
  });
});

describe("a text that is not a frame of STOMP", () => {
  test.each([
    [
      "a header without a colon",
      "SEND\nno colon\n\n\0",
      /^the header line "no colon" has no name and value; write it as name:value$/,
    ],
    ["a header without a name", "SEND\n:x\n\n\0", /^the header line ":x" has no name/],
    [
      "an unknown escape",
      "SEND\na:\\t\n\n\0",
      /^the header line "a:\\\\t" has an escape that STOMP 1\.2 does not know; escape/,
    ],
    ["a lone backslash", "SEND\na:\\\n\n\0", /has an escape that STOMP/],
    ["an end within the headers", "SEND\na:b\n\0", /^a frame ends within its headers; write an empty line/],
    [
      "a body on another frame",
      "SUBSCRIBE\nid:1\n\nhello\0",
      /^a frame SUBSCRIBE has no body; leave the body out$/,
    ],
    [
      "a content-length that is not a number",
      "SEND\ncontent-length:x\n\n\0",
      /^content-length is "x"; give the bytes/,
    ],
    ["a negative content-length", "SEND\ncontent-length:-1\n\n\0", /^content-length is "-1"/],
    [
      "a body that is too long",
      "SEND\ncontent-length:1\n\nab\0",
      /^the body is not 1 bytes long, as content-length says/,
    ],
    ["a content-length within a character", "SEND\ncontent-length:1\n\né\0", /^the body is not 1 bytes long/],
    [
      "too many headers",
      `SEND\n${"a:b\n".repeat(101)}\n\0`,
      /^a frame has more than 100 headers; send fewer/,
    ],
    [
      "an announced body over the bound",
      `SEND\ncontent-length:${FRAME_BYTES + 1}\n\n\0`,
      /^a frame is longer than 65536 bytes/,
    ],
    ["a long line", `SEND\n${"x".repeat(100)}\n\n\0`, /^the header line "x{80}…" has no name/],
  ])("%s", (_, text, message) => {
    expect(failure([text])).toMatch(message);
  });

  test("an escape of 1.2 is unknown in 1.1", () => {
    expect(failure(["SEND\na:\\r\n\n\0"], "1.1")).toMatch(/STOMP 1\.1 does not know/);
    expect(failure(["SEND\na:\\r\n\n\0"], "1.2")).toBe("no error");
  });

  test("a frame may have 64 KiB with its headers, and not a byte more, in one message or in many", () => {
    const of = (bytes: number) => {
      const head = "SEND\n\n";
      const body = bytes - head.length;
      return `${head}${"é".repeat(Math.floor(body / 2))}${"a".repeat(body % 2)}\0`;
    };
    const parts = (text: string) => text.match(/[^]{1,1000}/g)!;
    for (const cut of [(text: string) => [text], parts]) {
      expect(read(cut(of(FRAME_BYTES)))).toHaveLength(1);
      expect(failure(cut(of(FRAME_BYTES + 1)))).toMatch(
        /^a frame is longer than 65536 bytes; send the content in parts$/,
      );
    }
  });

  test("a frame in 60,000 messages that each could end it is read a few times, not at each of them", async () => {
    const reader = new StompReader();
    reader.add("SEND\ncontent-length:60000\n\n");
    const spent = await cpuTime(() => {
      for (let i = 0; i < 60_000; i += 1) {
        reader.add("\0");
        if (reader.next("1.2") !== null) throw new Error(`the frame ends after ${i} bytes`);
      }
      reader.add("\0");
      expect(reader.next("1.2")?.body).toHaveLength(60_000);
    });
    // It took 19 s when each message was read from the start of the body.
    expect(spent).toBeLessThan(8_000);
  });

  test("a frame that never ends is refused at the bound, and no more is kept", () => {
    const reader = new StompReader();
    const part = "x".repeat(1024);
    expect(() => {
      for (let i = 0; i < 66; i += 1) {
        reader.add(part);
        reader.next("1.2");
      }
    }).toThrow(StompError);
  });
});
