import { expect } from "vitest";
import { shows } from "./blocks.ts";

/**
 * Runs the `$ curl` commands of a console block and compares their output with the lines below them. Supports `-d`,
 * `-X`, `-H` and `-i`.
 */
export async function playConsole(text: string, address: string): Promise<void> {
  for (const part of text.split(/^\$ /m).slice(1)) {
    const [command = "", ...printed] = part.trimEnd().split("\n");
    if (!command.startsWith("curl ")) continue;
    const got = await curl(wordsOf(command.slice("curl ".length)), address);
    const shown = printed.join("\n");
    if (!shows(shown, got)) expect(got, command).toBe(shown);
  }
}

async function curl(words: readonly string[], address: string): Promise<string> {
  const request: { method?: string; headers: Record<string, string>; body?: string } = { headers: {} };
  let url = "";
  let withHead = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "-i") withHead = true;
    else if (word === "-d") request.body = words[++at] ?? "";
    else if (word === "-X") request.method = words[++at] ?? "";
    else if (word === "-H") addHeader(request.headers, words[++at] ?? "");
    else url = word;
  }
  if (request.body !== undefined) {
    request.method ??= "POST";
    request.headers["content-type"] ??= "application/x-www-form-urlencoded";
  }
  const { pathname, search } = new URL(url);
  const response = await fetch(address + pathname + search, { ...request, redirect: "manual" });
  const body = (await response.text()).trimEnd();
  return withHead ? `HTTP/1.1 ${response.status} ${response.statusText}\n${body}`.trimEnd() : body;
}

function addHeader(headers: Record<string, string>, line: string): void {
  const at = line.indexOf(":");
  headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
}

function wordsOf(command: string): string[] {
  const words = command.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.map((word) => (/^['"]/.test(word) ? word.slice(1, -1) : word));
}
