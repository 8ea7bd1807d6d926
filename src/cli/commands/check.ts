import { checkApp } from "../../server/serve.ts";
import { refuseEmpty, refuseNoFolder } from "../app-folder.ts";
import { count, printProblems } from "../print/print-routes.ts";
import type { Terminal } from "../print/terminal.ts";

/** `parlor check`: what keeps an app from being served, and what is likely not meant so. */
export async function check(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const { routes, problems, warnings } = await checkApp(dir);
  refuseEmpty(dir, problems);
  const ok = problems.length === 0;
  if (options.json) {
    terminal.out(JSON.stringify({ ok, problems, warnings }, null, 2));
    return ok ? 0 : 1;
  }
  printProblems(terminal.out, terminal, { dir, problems, label: "error" });
  printProblems(terminal.out, terminal, { dir, problems: warnings, label: "warn" });
  const found = `${count(problems.length, "problem")}, ${count(warnings.length, "warning")}`;
  terminal.out(`${terminal.style(ok ? "green" : "red", found)} in ${count(routes.length, "route")}`);
  return ok ? 0 : 1;
}
