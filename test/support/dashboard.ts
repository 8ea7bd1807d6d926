import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A panel of the dashboard in docs/. */
interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** Rows have none. */
  readonly targets?: readonly { readonly expr: string }[];
}

/** The dashboard for Grafana, as it is in docs/. */
export function dashboard(): { readonly panels: readonly Panel[] } {
  const path = join(import.meta.dirname, "../../docs/grafana-dashboard.json");
  return JSON.parse(readFileSync(path, "utf8")) as { panels: Panel[] };
}

/** All queries of the dashboard, with the title of their panel. */
export function dashboardQueries(): { readonly title: string; readonly expr: string }[] {
  return dashboard().panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expr })),
  );
}
