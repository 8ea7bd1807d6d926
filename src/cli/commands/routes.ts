// CLI: `parlor routes`, the table of what an app would serve.
import { checkApp } from "../../server/app/check-app.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { refuseEmpty } from "../common/empty-folder.ts";
import { printProblems } from "../print/print-problems.ts";
import { printRoutes } from "../print/print-routes.ts";
import type { Terminal } from "../print/terminal.ts";

/** Prints the table of an app without serving it. Returns 1 if there is a problem. */
export async function routes(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const app = await checkApp(dir);
  await refuseEmpty(dir, app.problems);
  if (options.json) terminal.out(JSON.stringify(app.routes, null, 2));
  else printRoutes(terminal, app.routes);
  printProblems(terminal.err, terminal, { dir, problems: app.problems, label: "error" });
  return app.problems.length === 0 ? 0 : 1;
}
