import { connect } from "/_parlor/client.js";
import { drawTrend } from "/sparkline.js";

const at = (id) => document.getElementById(id);
const REMEMBERED = 60;
const money = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(undefined, {
  style: "percent",
  signDisplay: "always",
  minimumFractionDigits: 2,
});

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const rows = new Map();
const prices = new Map();

const client = connect("/ws/prices");
client.on("message", (message) => show(JSON.parse(message)));
client.on("away", showLost);
void loadHistory();

/** The prices on the page are old from now on. */
function showLost() {
  if (document.body.dataset.connection === "lost") return;
  document.body.dataset.connection = "lost";
  const since = clock.format(new Date());
  at("status").textContent = `Connection lost at ${since}, trying again. These prices are old.`;
}

/** Loads the earlier prices. Prices that are pushed meanwhile are newer and come after them. */
async function loadHistory() {
  const { quotes, history } = await (await fetch("/prices")).json();
  for (const quote of quotes) {
    prices.set(
      quote.symbol,
      [...history[quote.symbol], ...(prices.get(quote.symbol) ?? [])].slice(-REMEMBERED),
    );
    showQuote(quote);
  }
}

function show({ quotes, watching }) {
  document.body.dataset.connection = "open";
  at("status").textContent = `Live, ${watching} watching`;
  for (const quote of quotes) {
    const history = prices.get(quote.symbol) ?? [];
    const previous = history.at(-1) ?? quote.price;
    prices.set(quote.symbol, [...history, quote.price].slice(-REMEMBERED));
    showQuote(quote);
    flash(rows.get(quote.symbol).price, quote.price - previous);
  }
}

function showQuote({ symbol, name, open }) {
  const history = prices.get(symbol);
  const price = history.at(-1);
  const row = rows.get(symbol) ?? addRow(symbol, name);
  const change = price / open - 1;
  row.line.dataset.trend = trend(change);
  row.price.textContent = money.format(price);
  row.change.textContent = `${{ up: "▲", down: "▼", flat: "" }[trend(change)]} ${percent.format(change)}`;
  drawTrend(row.trend, history);
}

function trend(difference) {
  if (Math.abs(difference) < 0.00005) return "flat";
  return difference > 0 ? "up" : "down";
}

function flash(cell, difference) {
  cell.classList.remove("rose", "fell");
  if (difference === 0) return;
  // Reading a size makes the browser apply the removal of the class, so that the animation starts again.
  void cell.offsetWidth;
  cell.classList.add(difference > 0 ? "rose" : "fell");
}

function addRow(symbol, name) {
  const line = document.createElement("tr");
  line.dataset.symbol = symbol;
  const head = line.appendChild(document.createElement("th"));
  head.scope = "row";
  const full = document.createElement("small");
  full.textContent = name === symbol ? "new" : name;
  head.append(symbol, full);
  const [graph, price, change] = [0, 1, 2].map(() => line.appendChild(document.createElement("td")));
  price.className = change.className = "number";
  const trendLine = graph.appendChild(document.createElement("canvas"));
  trendLine.setAttribute("aria-hidden", "true");
  at("rows").append(line);
  const row = { line, trend: trendLine, price, change };
  rows.set(symbol, row);
  return row;
}

const command = `curl -d '{"symbol":"TEAP","price":431.5}' ${location.origin}/price`;
at("command").textContent = command;
at("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(command);
  at("copy").textContent = "Copied";
  setTimeout(() => (at("copy").textContent = "Copy"), 1500);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
addEventListener("resize", redraw);

function redraw() {
  for (const [symbol, row] of rows) drawTrend(row.trend, prices.get(symbol));
}
