import { afterAll, describe } from "vitest";
import { readPages } from "./blocks.ts";
import { appsOf } from "./page-app.ts";
import { isPlayed, isPlayedFast, play } from "./play.ts";

const pages = readPages()
  .filter((page) => !isPlayedFast(page))
  .map((page) => ({ ...page, apps: appsOf(page).filter(isPlayed) }))
  .filter(({ apps }) => apps.length > 0);

describe.each(pages)("$name", ({ apps }) => {
  afterAll(() => apps.forEach((app) => app.remove()));
  describe.each(apps)("app $name", (app) => play(app));
});
