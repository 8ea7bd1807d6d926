import { expect, test } from "vitest";
import { DIALECTS } from "./support/dialect-ways.ts";
import { measureWays } from "./support/measure-ways.ts";
import { HEAVIEST, WAYS } from "./support/ways.ts";

const FILES = {
  "ws/slow.js": "export const onUpgrade = () => new Promise(() => {});\nexport const onMessage = () => {};",
  "http/http.js":
    "export const POST = async (request) => new Response(String((await request.text()).length));\nexport const GET = () => new Response('x');",
};

const isWhole = process.env["PARLOR_WAYS"] === "all";

measureWays(
  WAYS.filter(({ name }) => isWhole || HEAVIEST.has(name)),
  { title: "on a route of ws/", most: 4, files: FILES },
);

for (const { ways, ...dialect } of DIALECTS) if (isWhole) measureWays(ways, dialect);

test("at least 20 ways are known by which a client makes a server hold memory", () => {
  expect(WAYS.length).toBeGreaterThanOrEqual(20);
});
