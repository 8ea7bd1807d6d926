import { addressOf, parametersOf } from "./address.js";
import { Client } from "./client.js";
import { announce, at, counted, element, setText } from "./dom.js";
import { Faults, firstLine, placeText } from "./faults.js";
import { Lists } from "./lists.js";
import { Live } from "./live.js";
import { pathLabel, Routes } from "./routes.js";
import { Steps } from "./steps.js";

const MOST_CLIENTS = 12;
const FIRST_SCRIPT = `export function onOpen(session: WebSocketSession) {
  session.room("chat").join();
}

export function onMessage(session: WebSocketSession, text: string) {
  session.room("chat").broadcast(text);
}
`;

const clients = new Set();
const steps = new Steps();
const faults = new Faults();
const lists = new Lists();
const routes = new Routes((path) => {
  selectPath(path);
  at("console").scrollIntoView({ block: "start" });
  openClients();
});
/** The WebSocket paths that are served, by their labels. */
let paths = new Map();
let lastNumber = 0;
/** What has been shown of faults and reloads, so that only news is read out. */
const seen = { fault: -1, count: 0, reload: -1 };

const listener = {
  status(state) {
    at("status").dataset.state = state;
    setText(at("status-text"), state === "live" ? "live" : "The server is gone; reconnecting…");
  },
  change(state, names, isFirst) {
    if (names.has("app")) showApp(state.app);
    if (names.has("routes")) showRoutes(state);
    if (names.has("rooms")) lists.showRooms(state.rooms);
    if (names.has("sessions")) lists.showSessions(state.sessions);
    if (names.has("reloads")) lists.showReloads(state.reloads, state.app.reloadsSaves);
    if (names.has("faults")) faults.show(state.faults);
    noteFaults(state.faults.shown[0], isFirst);
    noteReloads(state.reloads.shown, isFirst);
    showFirstScript(state);
  },
};

function showApp({ name, folder }) {
  setText(at("app-name"), name);
  setText(at("app-folder"), folder);
  at("app-folder").title = folder;
  setText(at("first-folder"), folder);
  document.title = `${name} · Parlor playground`;
}

function showRoutes({ routes: all }) {
  routes.show(all);
  const served = all.shown.filter(({ kind }) => kind === "ws" || kind === "program");
  const open = served.flatMap(({ script, paths: own }) =>
    own.filter(({ kind }) => kind === "ws").map((path) => [pathLabel(path), { ...path, script }]),
  );
  const before = [...paths.keys()].join("\n");
  paths = new Map(open);
  if (before !== [...paths.keys()].join("\n")) showPaths();
  steps.show(served[0]?.script ?? "");
}

function showPaths() {
  const select = at("connect-route");
  const chosen = select.value;
  const options = [...paths.keys()].map((label) => {
    const option = element("option", "", label);
    option.value = label;
    return option;
  });
  select.replaceChildren(...options);
  if (paths.has(chosen)) select.value = chosen;
  at("console").hidden = paths.size === 0;
  showParameters();
}

function selectPath(path) {
  at("connect-route").value = pathLabel(path);
  showParameters();
}

function showParameters() {
  const path = paths.get(at("connect-route").value);
  const wanted = path === undefined ? [] : parametersOf(path.pattern);
  const before = parameterValues();
  at("connect-params").replaceChildren(
    ...wanted.map(({ name, isRest }) => {
      const input = element("input", "mono");
      input.name = name;
      input.value = before[name] ?? "";
      input.placeholder = isRest ? "a/b" : "1";
      input.required = true;
      input.spellcheck = false;
      input.autocomplete = "off";
      return element(
        "label",
        "field",
        element("span", "", isRest ? `${name} (rest of the path)` : name),
        input,
      );
    }),
  );
  showAddress();
}

function parameterValues() {
  const inputs = at("connect-params").querySelectorAll("input");
  return Object.fromEntries([...inputs].map(({ name, value }) => [name, value]));
}

function showAddress() {
  const path = paths.get(at("connect-route").value);
  const address = path === undefined ? "" : addressOf(path, parameterValues(), at("connect-query").value);
  setText(at("connect-address"), address);
  at("connect-address").title = address;
}

function openClients() {
  const path = paths.get(at("connect-route").value);
  if (path === undefined) return problem("There is no WebSocket route.");
  const missing = [...at("connect-params").querySelectorAll("input")].find(({ value }) => value === "");
  if (missing !== undefined) {
    missing.focus();
    return problem(`The path needs a value for ${missing.name}.`);
  }
  const count = Math.max(1, Math.min(Number(at("connect-count").value) || 1, MOST_CLIENTS));
  if (clients.size + count > MOST_CLIENTS)
    return problem(`This page holds ${MOST_CLIENTS} clients; remove one.`);
  problem("");
  const protocols = at("connect-protocols")
    .value.split(/[\s,]+/)
    .filter(Boolean);
  const address = addressOf(path, parameterValues(), at("connect-query").value);
  for (let n = 0; n < count; n++) addClient({ address, protocols, script: path.script });
}

function addClient(target) {
  lastNumber += 1;
  const client = new Client(lastNumber, target, { change: noteClients, remove });
  clients.add(client);
  at("clients").append(client.element);
  showEmpty();
}

function remove(client) {
  clients.delete(client);
  showEmpty();
}

function showEmpty() {
  at("clients-empty").hidden = clients.size > 0;
}

function noteClients() {
  const open = [...clients].filter(({ isOpen }) => isOpen);
  if (open.length > 0) steps.done("connect");
  if (open.length > 1) steps.done("second");
  if (open.some(({ sent }) => sent > 0)) steps.done("send");
}

function problem(text) {
  setText(at("connect-help"), text);
}

function noteFaults(fault, isFirst) {
  if (fault === undefined) return;
  const isNew = fault.number !== seen.fault || fault.count !== seen.count;
  Object.assign(seen, { fault: fault.number, count: fault.count });
  if (!isNew || isFirst || fault.endedAt !== null) return;
  announce(`Fault in ${placeText(fault)}: ${firstLine(fault)}`);
  for (const client of clients) {
    if (client.script === fault.script) client.note(`${placeText(fault)}: ${firstLine(fault)}`, "bad");
  }
}

// After a restart of the server the numbers start again.
function noteReloads(reloads, isFirst) {
  const fresh = isFirst ? [] : reloads.filter(({ number }) => number > seen.reload);
  seen.reload = reloads[0]?.number ?? 0;
  for (const { changed, refused } of fresh.reverse()) {
    if (changed.length > 0) steps.done("save");
    announce(reloadText(changed, refused));
    for (const client of clients) {
      if (changed.includes(client.script)) client.note(`${client.script} has a new version`, "good");
      if (refused.includes(client.script))
        client.note(`${client.script} does not load; the previous version serves`, "bad");
    }
  }
}

function reloadText(changed, refused) {
  if (refused.length > 0) return `${refused.join(", ")} does not load`;
  return changed.length > 0 ? `${changed.join(", ")} has a new version` : `${counted(0, "script")} changed`;
}

function showFirstScript({ routes: all, faults: found }) {
  const isEmpty = all.shown.every(({ kind }) => kind === "static");
  at("first-script").hidden = !isEmpty;
  at("page").classList.toggle("is-empty", isEmpty);
  const hint = isEmpty
    ? found.shown.find(({ kind, endedAt }) => kind === "problem" && endedAt === null)
    : undefined;
  const isOwnHint = hint !== undefined && hint.code !== "PARLOR_APP_EMPTY";
  setText(at("first-problem"), isOwnHint ? `${placeText(hint)}: ${hint.text}` : "");
  if (isEmpty) at("fault").hidden = true;
}

setText(at("first-code"), FIRST_SCRIPT);
at("first-copy").addEventListener("click", () => {
  const show = (text) => () => setText(at("first-copy"), text);
  navigator.clipboard.writeText(FIRST_SCRIPT).then(show("Copied"), show("Copy failed"));
});
at("connect").addEventListener("submit", (event) => {
  event.preventDefault();
  openClients();
});
at("connect").addEventListener("input", showAddress);
at("connect-route").addEventListener("change", showParameters);
at("console").hidden = true;
new Live(listener);
