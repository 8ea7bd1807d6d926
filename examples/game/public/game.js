import { connect } from "/_parlor/client.js";
import { Motion } from "/motion.js";
import { Picture } from "/picture.js";

const at = (id) => document.getElementById(id);
const ANIMALS = ["Otter", "Heron", "Badger", "Lynx", "Magpie", "Hare", "Newt", "Wren", "Marten", "Finch"];
const KEYS = {
  ArrowLeft: [-1, 0],
  KeyA: [-1, 0],
  ArrowRight: [1, 0],
  KeyD: [1, 0],
  ArrowUp: [0, -1],
  KeyW: [0, -1],
  ArrowDown: [0, 1],
  KeyS: [0, 1],
};

const canvas = at("canvas");
const picture = new Picture(canvas);
const motion = new Motion();
const held = new Set();
let players = new Map();
let you = 0;
let goal = 30;
let finger = null;
let steer = "0 0";
let bannerTimer = 0;

at("name").value = sessionStorage.getItem("name") ?? ANIMALS[Math.floor(Math.random() * ANIMALS.length)];

const handlers = {
  welcome(message) {
    you = message.you;
    goal = message.goal;
    picture.size = message.size;
    at("goal").textContent = String(goal);
    at("status").textContent = `Connected, ${message.tickRate} ticks per second`;
    document.body.dataset.connection = "open";
    at("banner").hidden = true;
    motion.reset();
    // The player is new to the server, which has no direction for it yet.
    steer = "0 0";
  },
  players(message) {
    players = new Map(message.players.map((player) => [player.n, player]));
    showOwnName();
    showScores();
  },
  coins(message) {
    picture.setCoins(message.coins, performance.now());
  },
  at(message) {
    motion.add(message.t, message.p, performance.now());
  },
  won({ n, name, pauseMs }) {
    showBanner(
      n === you ? "You win! Next round in a moment." : `${name} wins. Next round in a moment.`,
      pauseMs,
    );
  },
};

// Called at each attempt, because the name can change.
const address = () => `/ws/game?name=${encodeURIComponent(at("name").value)}`;
const client = connect(address);
client.on("message", receive);
client.on("away", showLost);

function receive(text) {
  const message = JSON.parse(text);
  handlers[message.type]?.(message);
}

/** Sends a value now; a direction of the past is of no use. Returns whether it was sent. */
function send(value) {
  return client.state === "open" && client.send(JSON.stringify(value));
}

/** The players on the field stand still, and this is not their doing. */
function showLost() {
  document.body.dataset.connection = "lost";
  at("status").textContent = "Connection lost";
  clearTimeout(bannerTimer);
  const words = "Connection lost, trying again";
  if (at("banner").textContent !== words) at("banner").textContent = words;
  at("banner").hidden = false;
}

/** Another player may have the name already: then the server has added a number. */
function showOwnName() {
  const own = players.get(you)?.name;
  if (own !== undefined && document.activeElement !== at("name")) at("name").value = own;
}

function showBanner(text, forMs) {
  clearTimeout(bannerTimer);
  at("banner").textContent = text;
  at("banner").hidden = false;
  bannerTimer = setTimeout(() => (at("banner").hidden = true), forMs);
}

function showScores() {
  const latest = motion.latest;
  const rows = [...players.values()].map((player) => ({
    ...player,
    score: latest.get(player.n)?.score ?? 0,
  }));
  rows.sort((a, b) => b.score - a.score || a.n - b.n);
  at("scores").replaceChildren(...rows.map(scoreRow));
}

function scoreRow({ n, name, hue, score }) {
  const row = document.createElement("li");
  const [label, points, bar] = ["span", "b", "i"].map((tag) => row.appendChild(document.createElement(tag)));
  label.textContent = n === you ? `${name} (you)` : name;
  points.textContent = String(score);
  bar.style.setProperty("--hue", String(hue));
  bar.style.setProperty("--share", `${Math.min(100, (score / goal) * 100)}%`);
  return row;
}

/** Sends the direction, but only when it has changed. */
function sendSteer() {
  const { x, y } = finger ? fingerDirection() : keysDirection();
  const next = `${x.toFixed(2)} ${y.toFixed(2)}`;
  if (next === steer || !send({ type: "steer", x, y })) return;
  steer = next;
}

function keysDirection() {
  const sum = { x: 0, y: 0 };
  for (const code of held) {
    sum.x += KEYS[code][0];
    sum.y += KEYS[code][1];
  }
  return { x: Math.sign(sum.x), y: Math.sign(sum.y) };
}

function fingerDirection() {
  const self = motion.latest.get(you);
  if (!self) return { x: 0, y: 0 };
  const [dx, dy] = [finger.x - self.x, finger.y - self.y];
  // Slower when near, so that the player stops under the finger instead of oscillating.
  const pace = Math.min(1, Math.hypot(dx, dy) / 60) / Math.max(1, Math.hypot(dx, dy));
  return { x: dx * pace, y: dy * pace };
}

function letGo() {
  held.clear();
  finger = null;
}

addEventListener("keydown", (event) => {
  if (!(event.code in KEYS) || event.target === at("name") || event.ctrlKey || event.metaKey || event.altKey)
    return;
  event.preventDefault();
  held.add(event.code);
  sendSteer();
});
addEventListener("keyup", (event) => {
  held.delete(event.code);
  sendSteer();
});
addEventListener("blur", letGo);
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  finger = picture.toWorld(event);
});
canvas.addEventListener("pointermove", (event) => {
  if (finger) finger = picture.toWorld(event);
});
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (finger = null));

at("name").addEventListener("change", () => {
  sessionStorage.setItem("name", at("name").value);
  send({ type: "name", name: at("name").value });
});
at("name").addEventListener("keydown", (event) => {
  if (event.key === "Enter") canvas.focus();
});
at("second").addEventListener("click", (event) => {
  event.preventDefault();
  window.open("/", "_blank", "noopener,popup,width=900,height=800");
});

function frame(now) {
  sendSteer();
  picture.draw(now, motion.positions(now), players, you);
  requestAnimationFrame(frame);
}
setInterval(showScores, 200);
requestAnimationFrame(frame);
canvas.focus();
