import { realClock } from "../../../src/real-clock.ts";
import { expect, test } from "vitest";
import { dataGlobal } from "../../../src/dialects/scripting/data/data-makers.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
import { folderOf } from "../../support/running-app.ts";
import type { Published } from "./stage.ts";

const Data: Published = dataGlobal(nodePlatform(null, realClock));

function bytesOf(...bytes: number[]): Published {
  return Data.fromIntArray(bytes);
}

test("size, length and count are one number", () => {
  const data = Data.fromRawString("é");
  expect([data.size, data.length, data.count]).toEqual([2, 2, 2]);
});

test("Data cannot be constructed, and instanceof works", () => {
  expect(() => new Data()).toThrow(/^Data has no constructor; use Data\.fromRawString/);
  expect(bytesOf(1)).toBeInstanceOf(Data);
  expect(new Uint8Array(1)).not.toBeInstanceOf(Data);
  expect(null).not.toBeInstanceOf(Data);
});

test("an empty text is null, both ways", () => {
  expect(Data.fromRawString("")).toBeNull();
  expect(Data.fromString("")).toBeNull();
  expect(bytesOf().toRawString()).toBeNull();
});

test.each([
  ["utf-8", "e282ac41"],
  ["utf8", "e282ac41"],
  ["utf-16", "fffeac204100"],
  ["utf16", "fffeac204100"],
  ["unicode", "fffeac204100"],
  ["utf-32", "fffe0000ac20000041000000"],
  ["utf32", "fffe0000ac20000041000000"],
  ["utf16BigEndian", "20ac0041"],
  ["utf16LittleEndian", "ac204100"],
  ["utf32BigEndian", "000020ac00000041"],
  ["utf32LittleEndian", "ac20000041000000"],
  ["windowsCP1250", "8041"],
  ["windowsCP1251", "8841"],
  ["windowsCP1252", "8041"],
  ["windowsCP1253", "8041"],
  ["windowsCP1254", "8041"],
  ["macOSRoman", "db41"],
  ["gb18030", "a2e341"],
])("€A in %s is %s, and comes back", (encoding, hex) => {
  const data = Data.fromRawString("€A", encoding);
  expect(data.toHexString()).toBe(hex);
  expect(data.toRawString(encoding)).toBe("€A");
});

test.each([
  ["japaneseEUC", "c6fc41"],
  ["shiftJIS", "93fa41"],
  ["gbk", "c8d541"],
])("日A in %s is %s, and comes back", (encoding, hex) => {
  const data = Data.fromRawString("日A", encoding);
  expect(data.toHexString()).toBe(hex);
  expect(data.toRawString(encoding)).toBe("日A");
});

test.each([
  ["ascii", "é"],
  ["isoLatin1", "€"],
  ["macOSRoman", "¤"],
  ["windowsCP1251", "日"],
  ["shiftJIS", "🂡"],
  ["utf-8", "\ud800"],
])("a text that %s cannot express makes no Data", (encoding, text) => {
  expect(Data.fromRawString(text, encoding)).toBeNull();
});

test.each([
  ["utf-8", [0xff]],
  ["ascii", [0x80]],
  ["utf16LittleEndian", [0x41]],
  ["utf16LittleEndian", [0x00, 0xd8]],
  ["shiftJIS", [0x93]],
])("bytes that are not %s have no raw string", (encoding, bytes) => {
  expect(Data.fromIntArray(bytes).toRawString(encoding)).toBeNull();
});

test("a byte order mark says how to read, and a big-endian one too", () => {
  expect(bytesOf(0xfe, 0xff, 0x20, 0xac).toRawString("utf-16")).toBe("€");
  expect(bytesOf(0xac, 0x20).toRawString("utf-16")).toBe("€");
});

test("a decoded string stands in for what cannot be decoded", () => {
  expect(bytesOf(0x41, 0xff, 0x42).toDecodedString()).toBe("A\ufffdB");
  expect(bytesOf(0x41, 0xe9).toDecodedString("ascii")).toBe("A\ufffd");
  expect(() => bytesOf(1).toDecodedString("gbk")).toThrow(
    'Data.toDecodedString takes "utf8" or "ascii" as encoding, got "gbk"',
  );
});

test.each(["iso2022JP", "nextstep", "nonLossyASCII", "symbol"])(
  "%s is refused, by call and name",
  (encoding) => {
    const message = `does not support the encoding "${encoding}"`;
    expect(() => Data.fromRawString("a", encoding)).toThrow(`Data.fromRawString ${message}`);
    expect(() => bytesOf(1).toRawString(encoding)).toThrow(`Data.toRawString ${message}`);
    expect(() => Data.fromRawString("a", encoding)).toThrow(TypeError);
  },
);

test("an unknown encoding is distinguished from the known ones", () => {
  expect(() => Data.fromRawString("a", "klingon")).toThrow(
    /does not know the encoding "klingon"; it takes utf-8, /,
  );
  expect(() => Data.fromRawString("a", "UTF-8")).toThrow(
    /does not know the encoding "UTF-8"; did you mean "utf-8"\? it takes (?:(?!iso2022JP|symbol).)+$/,
  );
  expect(() => Data.fromRawString("a", "constructor")).toThrow(/does not know the encoding "constructor"/);
});

test("base64 comes and goes, and is strict", () => {
  expect(bytesOf(0, 255, 16).toBase64String()).toBe("AP8Q");
  expect(Data.fromBase64String("AP8Q").toIntArray()).toEqual([0, 255, 16]);
  expect(Data.fromBase64String("AP8=").toIntArray()).toEqual([0, 255]);
  for (const wrong of ["AP8", "AP8*", "AP 8Q", ""]) expect(Data.fromBase64String(wrong)).toBeNull();
});

test("hex comes and goes, in both cases", () => {
  expect(bytesOf(0, 171).toHexString()).toBe("00ab");
  expect(Data.fromHexString("00Ab").toIntArray()).toEqual([0, 171]);
  for (const wrong of ["0", "0g", ""]) expect(Data.fromHexString(wrong)).toBeNull();
});

test("arrays are copies, and null when empty", () => {
  const array = new Uint8Array([1, 2]);
  const data = Data.fromUint8Array(array);
  array[0] = 9;
  expect(data.toIntArray()).toEqual([1, 2]);
  const { buffer } = new Uint8Array([3, 4]);
  const other = Data.fromArrayBuffer(buffer);
  new Uint8Array(buffer)[0] = 9;
  expect(other.toIntArray()).toEqual([3, 4]);
  data.toUint8Array()[0] = 9;
  expect(data.getBytes()).toEqual(new Uint8Array([1, 2]));
  expect(new Uint8Array(data.toArrayBuffer())).toEqual(new Uint8Array([1, 2]));
  expect(Data.fromUint8Array(new Uint8Array())).toBeNull();
  expect(Data.fromArrayBuffer(new ArrayBuffer(0))).toBeNull();
  expect(bytesOf().toUint8Array()).toBeNull();
});

test("wrong arguments are refused by the published call", () => {
  expect(() => Data.fromUint8Array([1])).toThrow("Data.fromUint8Array takes a Uint8Array, got an array");
  expect(() => Data.fromIntArray([256])).toThrow("Data.fromIntArray takes numbers from 0 to 255, got 256");
  expect(() => Data.fromIntArray("1")).toThrow("Data.fromIntArray takes an array of numbers, got a string");
  expect(() => Data.fromRawString(7)).toThrow("Data.fromRawString takes a string as text, got a number");
  expect(() => bytesOf(1).append("x")).toThrow(
    "Data.append takes Data, got a string; did you mean Data.fromRawString(text)?",
  );
  expect(() => Data.combine([null])).toThrow(
    /^Data\.combine takes Data, got null; Data\.fromRawString returns null/,
  );
});

test("slice cuts a copy, from the end too", () => {
  const data = bytesOf(1, 2, 3, 4);
  expect(data.slice().toIntArray()).toEqual([1, 2, 3, 4]);
  expect(data.slice(1).toIntArray()).toEqual([2, 3, 4]);
  expect(data.slice(1, 3).toIntArray()).toEqual([2, 3]);
  expect(data.slice(-1).toIntArray()).toEqual([4]);
  data.slice(0, 2).resetBytes(0, 2);
  expect(data.toIntArray()).toEqual([1, 2, 3, 4]);
});

test("append changes the data itself, itself appended included", () => {
  const data = bytesOf(1);
  data.append(bytesOf(2, 3));
  data.append(data);
  expect(data.toIntArray()).toEqual([1, 2, 3, 1, 2, 3]);
});

test("advanced leaves the rest, and refuses more than there is", () => {
  expect(bytesOf(1, 2, 3).advanced(2).toIntArray()).toEqual([3]);
  expect(bytesOf(1).advanced(1).size).toBe(0);
  expect(() => bytesOf(1).advanced(2)).toThrow(RangeError);
});

test("replaceSubrange puts more or less in a range's place", () => {
  const data = bytesOf(1, 2, 3, 4);
  data.replaceSubrange(1, 3, bytesOf(9));
  expect(data.toIntArray()).toEqual([1, 9, 4]);
  data.replaceSubrange(3, 3, bytesOf(5, 6));
  expect(data.toIntArray()).toEqual([1, 9, 4, 5, 6]);
  expect(() => data.replaceSubrange(2, 6, bytesOf(1))).toThrow(
    "Data.replaceSubrange: 2 to 6 is not within the data, which has 5 bytes",
  );
  expect(() => data.replaceSubrange(3, 2, bytesOf(1))).toThrow(RangeError);
});

test("resetBytes sets a range to zeros", () => {
  const data = bytesOf(1, 2, 3);
  data.resetBytes(1, 2);
  expect(data.toIntArray()).toEqual([1, 0, 3]);
  expect(() => data.resetBytes(0, 4)).toThrow(RangeError);
});

test("combine joins, and nothing joined is empty", () => {
  expect(Data.combine([bytesOf(1), bytesOf(2, 3)]).toIntArray()).toEqual([1, 2, 3]);
  expect(Data.combine([]).size).toBe(0);
});

test("zlib comes back, all else is refused by call and name", () => {
  const data = Data.fromRawString("tea ".repeat(100));
  const small = data.compressed("zlib");
  expect(small.size).toBeLessThan(50);
  expect(small.decompressed("zlib").toRawString()).toBe("tea ".repeat(100));
  for (const algorithm of ["lzfse", "lz4", "lzma"]) {
    expect(() => data.compressed(algorithm)).toThrow(
      `Data.compressed does not support "${algorithm}"; use "zlib"`,
    );
    expect(() => data.decompressed(algorithm)).toThrow(`Data.decompressed does not support "${algorithm}"`);
  }
  expect(() => data.compressed("rar")).toThrow('Data.compressed takes "zlib" as algorithm, got "rar"');
  expect(() => bytesOf().compressed("zlib")).toThrow("Data.compressed: the data is empty");
  expect(() => bytesOf(1, 2).decompressed("zlib")).toThrow(TypeError);
});

test("files are read from the app's folder, and from nowhere else", () => {
  const root = folderOf({ "notes/a.txt": "tea" });
  const { fromFile }: Published = dataGlobal(nodePlatform(root, realClock));
  expect(fromFile("notes/a.txt").toRawString()).toBe("tea");
  expect(fromFile("notes/b.txt")).toBeNull();
  expect(fromFile("../../../../../../etc/passwd")).toBeNull();
});

test.each(["fromJPEG", "fromPNG"])("Data.%s says that a server has no images", (name) => {
  expect(() => Data[name]({})).toThrow(`Data.${name} is not supported on a server`);
});
