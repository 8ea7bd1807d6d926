import { expect, test } from "vitest";
import { serve, type Log } from "../../src/server/serve.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { shows, type Block, type Page } from "./blocks.ts";
import { playConsole } from "./curl.ts";
import type { PageApp } from "./page-app.ts";
import { playProgram } from "./program.ts";
import { Talk } from "./talk.ts";

/** The pages that a newcomer reads first are played at every run; the others take long. */
export function isPlayedFast({ name }: Page): boolean {
  return name === "README.md" || name === "docs/getting-started.md" || name === "docs/scripts.md";
}

/** Whether a page shows how its app behaves. */
export function isPlayed({ steps, hasFiles }: PageApp): boolean {
  return (hasFiles && steps.some(isServedStep)) || steps.some(({ kind }) => kind === "run");
}

/** Tests that an app behaves as its page shows. */
export function play({ dir, steps, hasFiles }: PageApp): void {
  const played = steps.filter(isServedStep);
  if (hasFiles && played.length > 0) test("behaves as the page shows", () => playServed(dir, played));
  for (const step of steps.filter(({ kind }) => kind === "run")) {
    test(`prints what the program at line ${step.line} shows`, () => playProgram(step, dir));
  }
}

function isServedStep({ kind, language }: Block): boolean {
  return /^(?:talk|log)$/.test(kind) || language === "console";
}

async function playServed(dir: string, steps: readonly Block[]): Promise<void> {
  const lines: string[] = [];
  const server = await serve({ dir, port: 0, host: "127.0.0.1", log: logInto(lines) });
  const talk = new Talk(server.url);
  try {
    for (const { kind, text } of steps) {
      if (kind === "talk") await talk.play(text);
      else if (kind === "log") await expectLogged(lines, text.split("\n"));
      else await playConsole(text, server.url);
    }
    talk.expectSilence();
  } finally {
    await talk.end();
    await server.close();
  }
}

async function expectLogged(lines: readonly string[], shown: readonly string[]): Promise<void> {
  const missing = (): string[] => shown.filter((text) => !lines.some((line) => shows(text, line)));
  await expect.poll(missing, { timeout: PATIENCE_MS }).toEqual([]);
}

function logInto(lines: string[]): Log {
  const put = (_fields: object, text: string): void => void lines.push(text);
  return { debug: put, info: put, warn: put, error: put };
}
