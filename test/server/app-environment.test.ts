import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { AppEnvironment } from "../../src/server/app/app-environment.ts";
import { connect, type Client } from "../support/client.ts";
import { LogRecorder } from "../support/log-recorder.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

test("variables of .env fill in what the environment lacks, and are removed with it; the rest stays", async () => {
  const dir = folderOf({ ".env": "REAL=file\nMINE=one\nGONE=1\n" });
  const write = (text: string): void => writeFileSync(join(dir, ".env"), text);
  const variables: NodeJS.ProcessEnv = { REAL: "real", OTHER: "" };
  const environment = new AppEnvironment(dir, variables);
  expect(await environment.load()).toBe(true);
  expect(variables).toEqual({ REAL: "real", OTHER: "", MINE: "one", GONE: "1" });
  expect(await environment.load()).toBe(false);
  write("REAL=other\nMINE=two\nOTHER=x\n");
  expect(await environment.load()).toBe(true);
  expect(variables).toEqual({ REAL: "real", OTHER: "", MINE: "two" });
  variables["MINE"] = "set by the program";
  write("MINE=three\n");
  await environment.load();
  expect(variables["MINE"]).toBe("set by the program");
  rmSync(join(dir, ".env"));
  await environment.load();
  expect(variables).toEqual({ REAL: "real", OTHER: "", MINE: "set by the program" });
});

const greeting = `
  export const scope = "route";
  let asked = 0;
  export const saveState = () => asked;
  export const restoreState = (state) => { asked = state; };
  export const onMessage = (session) => session.send(process.env.PARLOR_TEST_TEA + " " + (asked += 1));`;

function forgetTea(): void {
  onTestFinished(() => void delete process.env["PARLOR_TEST_TEA"]);
}

async function ask(client: Client): Promise<unknown> {
  client.send("");
  return await client.next();
}

test("a reload finds new values of .env, though no code has changed", async () => {
  forgetTea();
  const dir = folderOf({
    ".env": "PARLOR_TEST_TEA=green",
    "ws/one.js": greeting,
    "ws/two.js": `export const isolation = "process";${greeting}`,
  });
  const app = await RunningApp.serve(dir);
  const clients = [app.connect("/ws/one"), app.connect("/ws/two")];
  for (const client of clients) expect(await ask(client)).toBe("green 1");
  await app.server.reload();
  expect(app.server.status.scripts.map(({ reloads }) => reloads)).toEqual([0, 0]);
  writeFileSync(join(dir, ".env"), "PARLOR_TEST_TEA=black");
  await app.server.reload("/ws/one");
  expect([await ask(clients[0]!), await ask(clients[1]!)]).toEqual(["black 2", "green 2"]);
  await app.server.reload();
  for (const client of clients) expect(await ask(client)).toBe("black 3");
  await app.server.reload();
  expect(app.server.status.scripts.map(({ reloads }) => reloads)).toEqual([2, 1]);
});

test("saving .env is enough where the folder is watched", async () => {
  forgetTea();
  const dir = folderOf({ ".env": "PARLOR_TEST_TEA=green", "ws/one.js": greeting });
  const log = new LogRecorder();
  const server = await serve({ dir, port: 0, watch: true, log: log.log });
  onTestFinished(() => server.close());
  const client = connect(`${server.url.replace("http", "ws")}/ws/one`);
  onTestFinished(() => client.terminate());
  expect(await ask(client)).toBe("green 1");
  writeFileSync(join(dir, ".env"), "PARLOR_TEST_TEA=black");
  await log.find(/\.env changed/);
  await log.find(/ws\/one\.js: reloaded/);
  expect(await ask(client)).toBe("black 2");
});
