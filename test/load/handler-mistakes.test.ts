import { describe, expect, test } from "vitest";
import { loadApp } from "../../src/load/load-app.ts";
import { formatProblem } from "../../src/load/files/app-problem.ts";
import { TempApp } from "./temp-app.ts";

async function warningsOf(file: string, source: string): Promise<string[]> {
  const app = new TempApp({ [file]: source });
  const { warnings, problems } = await loadApp(app.root, { warnings: true });
  expect(problems).toEqual([]);
  return warnings.map(formatProblem);
}

const parameter = (place: string, handler: string, name: string, right: string): string =>
  `${place}: ${handler} has a parameter "${name}" where it gets another value; its parameters are (${right})`;

describe("a handler whose parameters are likely swapped has a warning with line and column", () => {
  test.each([
    [
      "export function onMessage(text: string, session: WebSocketSession) {}",
      "onMessage",
      27,
      "text",
      "session, text",
    ],
    ["export const onMessage = async (msg) => {};", "onMessage", 33, "msg", "session, text"],
    ["export const onBinary = (bytes, session) => {};", "onBinary", 26, "bytes", "session, bytes"],
    ["const f = (data, ws) => {}; export { f as onMessage };", "onMessage", 12, "data", "session, text"],
    ["export const tickRate = 9; export function onTick(dt) {}", "onTick", 51, "dt", "room, deltaMs, tick"],
  ])("%s", async (source, handler, column, ...[name, right]) => {
    const file = source.includes(":") ? "ws/a.ts" : "ws/a.js";
    expect(await warningsOf(file, source)).toEqual([parameter(`${file}:1:${column}`, handler, name, right)]);
  });

  test.each([
    "export function onMessage(session, text) {}",
    "export function onMessage(socket, message) {}",
    "export function onMessage() {}",
    "export function onMessage({ id }, text) {}",
    "export function onMessage(s) { const text = (data) => data; text(s); }",
    "export function onOpen(session) {} export function helper(text, session) {}",
  ])("%s has none", async (source) => {
    expect(await warningsOf("ws/a.js", source)).toEqual([]);
  });
});

describe("a handler of HTTP that likely fails has a warning with line and column", () => {
  const response = "returns a value that is not a response, so its client gets 500; write: return";
  test.each([
    ["export function GET() { return { a: 1 }; }", `1:32: GET ${response} Response.json(value)`],
    ["export const GET = () => ({ a: 1 });", `1:27: GET ${response} Response.json(value)`],
    ["export const GET = async () => [1];", `1:32: GET ${response} Response.json(value)`],
    [
      "export function GET() { if (Date.now()) return `a`; return new Response(); }",
      `1:48: GET ${response} Response.json(value)`,
    ],
    [
      "export function handleRequest() { return 'a'; }",
      `1:42: handleRequest ${response} Results.ok().json(value)`,
    ],
    [
      "export function POST() {\n  console.log(1);\n}",
      "1:8: POST returns nothing, so its client gets 500; return a response, as in: return Response.json(value)",
    ],
    [
      "export async function POST(request) {\n  const { a } = request.json();\n  return Response.json(a);\n}",
      "2:17: request.json() is a promise, and POST does not wait for it; write: await request.json()",
    ],
    [
      "export const POST = (req) => Response.json(req.json());",
      "1:44: req.json() is a promise, and POST does not wait for it; write: await req.json()",
    ],
    [
      "export async function POST(request) { return new Response(request.text().length); }",
      "1:59: request.text() is a promise, and POST does not wait for it; write: await request.text()",
    ],
    [
      "export function PUT(req, res) { res.send('x'); }",
      '1:26: PUT has a parameter "res" where it gets another value; its parameters are (request, { params, address })',
    ],
  ])("%s", async (source, line) => {
    expect(await warningsOf("http/a.js", source)).toEqual([`http/a.js:${line}`]);
  });

  test.each([
    "export async function POST(request) { const { a } = await request.json(); return Response.json({ a }); }",
    "export const POST = (request) => request.text().then((text) => new Response(text));",
    "export const GET = (request, { params }) => answer(params); const answer = () => new Response();",
    "export function GET() { throw new Error('later'); }",
    "export function GET() { const list = [1].map((n) => { return { n }; }); return Response.json(list); }",
    "export const POST = async (request) => { const [a] = await Promise.all([request.json()]); return Response.json(a); };",
    "export const handleRequest = (context) => Results.ok().text(context.getBody());",
  ])("%s has none", async (source) => {
    expect(await warningsOf("http/a.js", source)).toEqual([]);
  });
});
