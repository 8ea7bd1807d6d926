import { at, button, counted, element, KeyedList, setText } from "./dom.js";

const STATES = {
  idle: "at rest",
  starting: "starting",
  serving: "serving",
  restarting: "restarting",
  reloading: "reloading",
  failed: "failed",
  broken: "does not load",
};

/** The table of routes: a card for each script. `connect(path)` is called for a path that a client can connect to. */
export class Routes {
  #versions = new Map();
  #list;

  constructor(connect) {
    this.#list = new KeyedList(at("routes"), {
      key: ({ kind, route, script }) => `${kind} ${route} ${script}`,
      make: () => this.#make(connect),
      update: (card, route) => this.#update(card, route),
    });
  }

  show({ shown, total }) {
    this.#list.show(shown);
    setText(at("routes-count"), total.toLocaleString("en"));
    at("routes-more").hidden = total === shown.length;
    setText(at("routes-more"), `and ${(total - shown.length).toLocaleString("en")} more`);
  }

  #make(connect) {
    const card = element("li", "route");
    const kind = element("span", "kind");
    const name = element("strong", "mono name");
    const state = element("span", "chip");
    const script = element("p", "soft small mono script");
    const figures = element("p", "small figures");
    const ticks = element("div", "ticks");
    const paths = element("ul", "plain paths");
    const foot = element("div", "route-foot", figures, paths);
    card.append(element("div", "route-head", kind, name, state), script, ticks, foot);
    Object.assign(card, { parts: { kind, name, state, script, figures, ticks, paths, connect, key: "" } });
    return card;
  }

  #update(card, route) {
    const { kind, name, state, script, figures, ticks, paths } = card.parts;
    setText(kind, route.kind);
    const title = route.route || route.script;
    setText(name, title);
    name.title = title;
    const isStatic = route.kind === "static";
    state.hidden = isStatic || route.kind === "task";
    setText(state, STATES[route.state]);
    card.dataset.state = route.state;
    setText(script, [route.script, route.version].filter(Boolean).join(" · "));
    script.title = route.script;
    setText(figures, figuresText(route));
    figures.hidden = figures.textContent === "";
    showTicks(ticks, route);
    this.#showPaths(card, paths, route);
    this.#flash(card, route);
  }

  #showPaths(card, paths, route) {
    const key = JSON.stringify(route.paths);
    if (card.parts.key === key) return;
    card.parts.key = key;
    const isProgram = route.kind === "program";
    paths.replaceChildren(
      ...route.paths.map((path) => pathLine(path, isProgram, () => card.parts.connect(path))),
    );
  }

  // A new version is seen at a glance.
  #flash(card, { kind, route, script, version }) {
    const key = `${kind} ${route} ${script}`;
    const known = this.#versions.get(key);
    this.#versions.set(key, version);
    if (known === undefined || known === version) return;
    card.classList.remove("fresh");
    void card.offsetWidth;
    card.classList.add("fresh");
  }
}

/** The text by which a person knows a path: its pattern, with its port if it has one. */
export function pathLabel({ pattern, port }) {
  return port === null ? pattern : `port ${port}${pattern}`;
}

function pathLine(path, isNamed, connect) {
  const label = element("code", "", pathLabel(path));
  const line = element("li", "", ...(isNamed ? [label] : []));
  if (path.kind === "ws") {
    const made = button("quiet", "Connect", connect);
    made.setAttribute("aria-label", `Connect to ${pathLabel(path)}`);
    line.append(made);
  } else if (!path.pattern.includes(":")) {
    const link = element("a", "quiet", "Open");
    link.href = path.pattern;
    link.target = "_blank";
    link.rel = "noopener";
    link.setAttribute("aria-label", `Open ${path.pattern} in a new tab`);
    line.append(link);
  }
  return line;
}

function figuresText({ kind, sessions, received, sent, schedule, restarts, reloads }) {
  if (kind === "static" || kind === "task") return "";
  if (kind === "cron") return schedule ?? "";
  const parts = kind === "http" ? [] : [counted(sessions, "client")];
  if (received + sent > 0 && kind !== "http") {
    parts.push(`${received.toLocaleString("en")} in`, `${sent.toLocaleString("en")} out`);
  }
  if (reloads > 0) parts.push(counted(reloads, "reload"));
  if (restarts > 0) parts.push(counted(restarts, "restart"));
  return parts.join(" · ");
}

function showTicks(target, { tickRate, ticks }) {
  target.hidden = tickRate === null;
  if (tickRate === null) return;
  const period = 1000 / tickRate;
  const head = `${tickRate} ticks/s`;
  if (ticks === null) {
    target.replaceChildren(element("p", "small soft", `${head}, none yet`));
    return;
  }
  const { lateness, cost, skipped } = ticks;
  const left = skipped > 0 ? `, ${skipped.toLocaleString("en")} left out` : "";
  target.replaceChildren(
    element("p", "small", `${head}${left}`),
    meterOf("late", lateness, period),
    meterOf("cost", cost, period),
  );
}

function meterOf(name, { p50, p99 }, period) {
  const text = `p50 ${ms(p50)}, p99 ${ms(p99)}`;
  const bar = element("meter", "");
  bar.max = period;
  bar.value = Math.min(p99, period);
  bar.high = period * 0.8;
  bar.setAttribute("aria-label", `${name}: ${text} of ${ms(period)}`);
  return element("p", "meter small", element("span", "soft", name), bar, element("span", "mono", text));
}

function ms(value) {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
