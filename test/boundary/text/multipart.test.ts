import { describe, expect, test } from "vitest";
import { MOST_FIELDS, multipartParts } from "../../../src/boundary/text/multipart.ts";

const TYPE = "multipart/form-data; boundary=b";

/** The name of the field and of the file of a part with this disposition. */
function namesOf(disposition: string): unknown {
  const body = `--b\r\ncontent-disposition: form-data; ${disposition}\r\n\r\nx\r\n--b--`;
  return multipartParts(TYPE, body).map(({ name, fileName }) => [name, fileName]);
}

describe("the names of a part", () => {
  test.each([
    [`name="a; filename=evil.txt"`, ["a; filename=evil.txt", null]],
    [`filename="x; name=admin"; name="a"`, ["a", "x; name=admin"]],
    [`name="a"; filename="my \\"cup\\".jpg"`, ["a", 'my "cup".jpg']],
    [`name="a"; filename="C:\\photos\\cup.jpg"`, ["a", "C:\\photos\\cup.jpg"]],
    [`name="a"; filename="C:\\"`, ["a", "C:\\"]],
    [`Name=a; FileName=cup.jpg`, ["a", "cup.jpg"]],
    [`name="a"; name="b"; filename=""`, ["a", ""]],
    [`name="__proto__"; filename="constructor"`, ["__proto__", "constructor"]],
    [`filename*=UTF-8''x`, [null, null]],
  ])("are read as they were written: %s", (disposition, names) => {
    expect(namesOf(disposition)).toEqual([names]);
  });
});

describe("a body with very many parts", () => {
  const bodyOf = (count: number): string => `${"--b\r\n\r\n\r\n\r\n".repeat(count)}--b--`;

  test("is read up to a bound, and beyond it has no parts", () => {
    expect(multipartParts(TYPE, bodyOf(MOST_FIELDS))).toHaveLength(MOST_FIELDS);
    expect(multipartParts(TYPE, bodyOf(MOST_FIELDS + 1))).toEqual([]);
  });

  test("has no part whose headers are longer than 16 KiB", () => {
    const headers = "a: b\r\n".repeat(3000);
    expect(multipartParts(TYPE, `--b\r\n${headers}\r\nx\r\n--b\r\n\r\ny\r\n--b--`)).toMatchObject([
      { headers: [] },
    ]);
  });
});
