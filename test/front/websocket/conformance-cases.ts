import { clientFrame } from "../../support/raw-socket.ts";

/** What a client sends, and what an echo sends back until the end of the connection. */
export interface ConformanceCase {
  readonly name: string;
  readonly bytes: readonly Buffer[];
  /** What the client sends when it has received all but the last. */
  readonly farewell?: Buffer;
  readonly expected: readonly string[];
}

const FIN = 0x80;
const CONTINUATION = 0x00;
const TEXT = 0x01;
const BINARY = 0x02;
const CLOSE = 0x88;
const PING = 0x89;
const PONG = 0x8a;

const text = (payload: Buffer | string): Buffer => clientFrame(FIN | TEXT, payload);
const more = (payload: Buffer | string): Buffer => clientFrame(CONTINUATION, payload);
const last = (payload: Buffer | string): Buffer => clientFrame(FIN | CONTINUATION, payload);
const start = (payload: Buffer | string): Buffer => clientFrame(TEXT, payload);
const ping = (payload: Buffer | string): Buffer => clientFrame(PING, payload);
const closing = (code: number, reason: Buffer | string = ""): Buffer =>
  clientFrame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
const pieces = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );

/** The echo sends this, and the client ends. */
const echoes = (name: string, bytes: readonly Buffer[], ...expected: readonly string[]): ConformanceCase => ({
  name,
  bytes,
  farewell: closing(1000),
  expected: [...expected, "close 1000"],
});
const fails = (
  name: string,
  code: number,
  bytes: readonly Buffer[],
  ...before: readonly string[]
): ConformanceCase => ({
  name,
  bytes,
  expected: [...before, `close ${code}`],
});

const SIZES = [0, 125, 126, 127, 128, 65_535, 65_536];

/** Group 1: messages of all sizes, in one packet and in pieces. */
const framing = SIZES.flatMap((size) => [
  echoes(`a text of ${size} bytes`, [text("*".repeat(size))], "*".repeat(size)),
  echoes(
    `a binary message of ${size} bytes`,
    [clientFrame(FIN | BINARY, Buffer.alloc(size, 0xfe))],
    `<${"fe".repeat(size)}>`,
  ),
  echoes(`a text of ${size} bytes in packets of 997`, pieces(text("*".repeat(size)), 997), "*".repeat(size)),
]);

/** Group 2: pings and pongs. */
const pings = [
  echoes("a ping without a payload", [ping("")], "opcode 10 "),
  echoes("a ping with a text", [ping("Hello")], "opcode 10 Hello"),
  echoes("a ping of 125 bytes", [ping("p".repeat(125))], `opcode 10 ${"p".repeat(125)}`),
  echoes("a ping in packets of a byte", pieces(ping("p".repeat(125)), 1), `opcode 10 ${"p".repeat(125)}`),
  fails("a ping of 126 bytes", 1002, [ping("p".repeat(126))]),
  echoes("a pong that nobody asked for", [clientFrame(PONG, "")]),
  echoes("a pong with a payload, and a ping", [clientFrame(PONG, "x"), ping("y")], "opcode 10 y"),
  echoes(
    "ten pings",
    Array.from({ length: 10 }, (_, at) => ping(`p${at}`)),
    ...Array.from({ length: 10 }, (_, at) => `opcode 10 p${at}`),
  ),
];

/** Group 3: reserved bits, and the message before them. */
const reservedBits = [1, 2, 3, 4, 5, 6, 7].flatMap((bits) => [
  fails(`reserved bits ${bits}`, 1002, [clientFrame(FIN | (bits << 4) | TEXT, "hi")]),
  fails(
    `a text, then a text with reserved bits ${bits}`,
    1002,
    [text("before"), clientFrame(FIN | (bits << 4) | TEXT, "hi"), ping("")],
    "before",
  ),
  fails(`a ping with reserved bits ${bits}`, 1002, [clientFrame(PING | (bits << 4), "hi")]),
]);

/** Group 4: opcodes that do not exist. */
const opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  fails(`opcode ${opcode}`, 1002, [clientFrame(FIN | opcode)]),
  fails(`a text, then opcode ${opcode}`, 1002, [text("before"), clientFrame(FIN | opcode, "hi")], "before"),
]);

/** Group 5: fragments. */
const fragments = [
  fails("a ping in fragments", 1002, [clientFrame(0x09, "f1"), last("f2")]),
  fails("a pong in fragments", 1002, [clientFrame(0x0a, "f1"), last("f2")]),
  echoes("a text in two fragments", [start("f1"), last("f2")], "f1f2"),
  echoes(
    "a text in two fragments, byte by byte",
    pieces(Buffer.concat([start("f1"), last("f2")]), 1),
    "f1f2",
  ),
  echoes("a ping between fragments", [start("f1"), ping("p"), last("f2")], "opcode 10 p", "f1f2"),
  echoes("empty fragments", [start(""), more(""), last("")], ""),
  echoes("an empty fragment around a text", [start(""), more("middle"), last("")], "middle"),
  fails("a continuation without a start", 1002, [last("f1"), text("hi")]),
  fails("a continuation that does not end, without a start", 1002, [more("f1"), text("hi")]),
  fails("a continuation after a whole message", 1002, [start("f1"), last("f2"), more("f3")], "f1f2"),
  fails("a text, then a continuation", 1002, [text("whole"), last("f1")], "whole"),
  fails("a text within fragments", 1002, [start("f1"), text("f2")]),
  fails("a start within fragments", 1002, [start("f1"), start("f2")]),
  echoes(
    "pings between five fragments",
    [start("f1"), more("f2"), ping("p1"), more("f3"), more("f4"), ping("p2"), last("f5")],
    ...["opcode 10 p1", "opcode 10 p2", "f1f2f3f4f5"],
  ),
];

const VALID = [
  "Hello-µ@ßöäüàá-UTF-8!!",
  "κόσμε",
  "\u0000",
  "\u0080",
  "\u07ff",
  "\u0800",
  "\uffff",
  "\u{10000}",
  "\u{10ffff}",
  "\ufffd",
  "\ufdd0",
  "\u{1fffe}",
];
const INVALID: Readonly<Record<string, readonly number[]>> = {
  "a byte that continues nothing": [0x80],
  "0xfe": [0xfe],
  "0xff": [0xff],
  "a sequence that is cut off": [0xce, 0xba, 0xe1, 0xbd],
  "a start without its rest": [0xc0, 0x20],
  "an overlong slash of two bytes": [0xc0, 0xaf],
  "an overlong slash of three bytes": [0xe0, 0x80, 0xaf],
  "an overlong slash of four bytes": [0xf0, 0x80, 0x80, 0xaf],
  "an overlong NUL": [0xc0, 0x80],
  "a surrogate": [0xed, 0xa0, 0x80],
  "two surrogates": [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  "a character above U+10FFFF": [0xf4, 0x90, 0x80, 0x80],
  "a sequence of five bytes": [0xf8, 0x88, 0x80, 0x80, 0x80],
  "a sequence of six bytes": [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80],
};

/** Group 6: UTF-8. */
const encodings = [
  ...VALID.flatMap((one) => [
    echoes(`the text ${JSON.stringify(one)}`, [text(one)], one),
    echoes(`the text ${JSON.stringify(one)} in fragments of a byte`, inFragments(Buffer.from(one), 1), one),
  ]),
  ...Object.entries(INVALID).flatMap(([name, bytes]) => [
    fails(`${name} in a text`, 1007, [text(Buffer.from(bytes))]),
    fails(`${name} in fragments of a byte`, 1007, inFragments(Buffer.from(bytes), 1)),
    fails(`${name} between valid parts`, 1007, [
      text(Buffer.concat([Buffer.from("κόσμε"), Buffer.from(bytes), Buffer.from("edited")])),
    ]),
  ]),
];

const VALID_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const INVALID_CODES = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535];

/** Group 7: how a connection is closed. */
const closes = [
  { name: "a close without a payload", bytes: [clientFrame(CLOSE)], expected: ["close"] },
  echoes("a text, then a close", [text("Hello")], "Hello"),
  echoes("two closes", [closing(1000)]),
  { name: "a ping after a close", bytes: [closing(1000), ping("p")], expected: ["close 1000"] },
  { name: "a text after a close", bytes: [closing(1000), text("p")], expected: ["close 1000"] },
  {
    name: "a close within fragments",
    bytes: [start("f1"), closing(1000), last("f2")],
    expected: ["close 1000"],
  },
  fails("a close of one byte", 1002, [clientFrame(CLOSE, "a")]),
  { name: "a close with a reason", bytes: [closing(1000, "Hello World!")], expected: ["close 1000"] },
  { name: "a reason of 123 bytes", bytes: [closing(1000, "r".repeat(123))], expected: ["close 1000"] },
  fails("a reason of 124 bytes", 1002, [closing(1000, "r".repeat(124))]),
  fails("a reason that is not UTF-8", 1007, [closing(1000, Buffer.from([0xce, 0xba, 0xe1, 0xff]))]),
  fails("a close in fragments", 1002, [clientFrame(0x08, "")]),
  ...VALID_CODES.map((code) => fails(`close code ${code}`, code, [closing(code)])),
  ...INVALID_CODES.map((code) => fails(`close code ${code}, which is not allowed`, 1002, [closing(code)])),
];

/** Group 10: a message in the fragments that a client makes of it. */
const automatic = [
  echoes(
    "65,536 bytes in fragments of 1,300",
    inFragments(Buffer.alloc(65_536, "*"), 1300),
    "*".repeat(65_536),
  ),
];

function inFragments(bytes: Buffer, size: number): Buffer[] {
  const all = pieces(bytes, size);
  return all.map((part, at) =>
    clientFrame((at === all.length - 1 ? FIN : 0) | (at === 0 ? TEXT : CONTINUATION), part),
  );
}

/** By the groups of the Autobahn test suite. */
export const CASES: Readonly<Record<string, readonly ConformanceCase[]>> = {
  "group 1, framing": framing,
  "group 2, pings and pongs": pings,
  "group 3, reserved bits": reservedBits,
  "group 4, opcodes": opcodes,
  "group 5, fragments": fragments,
  "group 6, UTF-8": encodings,
  "group 7, closing": closes,
  "group 10, automatic fragments": automatic,
};

/** What the servers of group 8 take. */
export const SMALL = { maxPayload: 1024, maxFragments: 16 };
const fits = "*".repeat(SMALL.maxPayload);
const fragmented = (count: number): Buffer[] => [
  start("a"),
  ...Array.from({ length: count - 2 }, () => more("a")),
  last("a"),
];

/** Group 8: limits, in the order in which a client finds them. */
export const LIMITS: readonly ConformanceCase[] = [
  echoes("a message of the largest size", [text(fits)], fits),
  echoes("the largest size in two fragments", [start(fits.slice(1)), last("*")], fits),
  fails("a byte more than the largest size", 1009, [text(`${fits}*`)]),
  fails(
    "a message, then a byte more than the largest size",
    1009,
    [text("before"), text(`${fits}*`)],
    "before",
  ),
  fails("a byte more than the largest size in fragments", 1009, [start(fits), last("*")]),
  fails("a head that announces a byte more, and nothing behind it", 1009, [
    clientFrame(FIN | TEXT, "", SMALL.maxPayload + 1),
  ]),
  fails("a head that announces a tebibyte", 1009, [clientFrame(FIN | BINARY, "", 2 ** 40)]),
  echoes("as many fragments as a message may have", fragmented(16), "a".repeat(16)),
  fails("a fragment more than a message may have", 1008, fragmented(17)),
  fails(
    "a message, then a fragment more than one may have",
    1008,
    [text("before"), ...fragmented(17)],
    "before",
  ),
  echoes(
    "pings between fragments are none",
    [start("a"), ...Array.from({ length: 20 }, () => ping("p")), last("b")],
    ...Array.from({ length: 20 }, () => "opcode 10 p"),
    "ab",
  ),
];

/** Group 9: 16 MiB in a frame, and 4 MiB in fragments of 64 bytes and more. */
export const LARGE: readonly ConformanceCase[] = [
  echoes("16 MiB of text in a frame", [text("*".repeat(1 << 24))], "*".repeat(1 << 24)),
  ...[64, 1024, 65_536, 1 << 20].map((size) =>
    echoes(
      `4 MiB in fragments of ${size} bytes`,
      [Buffer.concat(inFragments(Buffer.alloc(1 << 22, "*"), size))],
      "*".repeat(1 << 22),
    ),
  ),
];
