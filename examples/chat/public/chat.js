import { connect } from "/_parlor/client.js";
import { Log } from "/log.js";
import { People } from "/people.js";

const at = (id) => document.getElementById(id);
const TITLE = document.title;
const TYPING_EVERY = 2000;
const TYPING_SHOWN = 4000;
const SUGGESTIONS = [
  "Ada",
  "Grace",
  "Alan",
  "Edsger",
  "Barbara",
  "Dennis",
  "Radia",
  "Linus",
  "Margaret",
  "Ken",
];

const people = new People(at("people"), at("people-count"));
const log = new Log(at("log"), at("scroller"), at("newer"));
const text = at("text");
// A window that reconnects gets a new session id, and its earlier messages are still shown as its own.
const mine = new Set();
let connection = null;
let you = null;
let unread = 0;
let typedAt = 0;
let countdown = 0;
let away = false;
const writers = new Map();

const handlers = {
  welcome({ you: person, people: present, history }) {
    you = person;
    mine.add(you.id);
    people.reset(you, present);
    for (const id of writers.keys()) stopWriting(id);
    at("scroller").setAttribute("aria-busy", "true");
    for (const message of history) log.message(message, mine.has(message.from.id));
    at("scroller").setAttribute("aria-busy", "false");
    showBack();
  },
  join({ person, at: when }) {
    people.add(person);
    log.notice(`${person.name} joined`, when);
  },
  here({ person }) {
    people.add(person);
  },
  leave({ person, at: when }) {
    people.remove(person);
    stopWriting(person.id);
    log.notice(`${person.name} left`, when);
  },
  message(message) {
    people.add(message.from);
    stopWriting(message.from.id);
    if (log.message(message, mine.has(message.from.id)) && !mine.has(message.from.id)) countUnread();
  },
  announcement(announcement) {
    log.announcement(announcement);
    countUnread();
  },
  typing({ person }) {
    clearTimeout(writers.get(person.id)?.timer);
    writers.set(person.id, { name: person.name, timer: setTimeout(stopWriting, TYPING_SHOWN, person.id) });
    showWriters();
  },
  refused({ reason }) {
    log.notice(reason, Date.now());
  },
};

function enter(name) {
  sessionStorage.setItem("name", name);
  at("door").hidden = true;
  at("room").hidden = false;
  showState("connecting", "Connecting");
  connection = connect(`/ws/chat?user=${encodeURIComponent(name)}`);
  connection.on("open", opened);
  connection.on("message", (message) => receive(JSON.parse(message)));
  connection.on("away", ({ pause }) => lost(Date.now() + pause));
  connection.on("closed", ({ by, reason }) => {
    if (by === "server") toDoor(reason || "The server refused this name.");
  });
  text.focus();
}

/** After a short loss the session is the same, and what it has missed follows. A new one gets a welcome. */
function opened({ resumed }) {
  hideBanner();
  if (!resumed) return;
  people.known();
  showBack();
}

function showBack() {
  if (away) log.notice("You are back", Date.now());
  away = false;
  showState("open", `You are ${you.name}`);
}

function receive(message) {
  handlers[message.type]?.(message);
  showEmpty();
}

function toDoor(problem = "") {
  connection?.close();
  connection = null;
  hideBanner();
  at("room").hidden = true;
  at("door").hidden = false;
  at("name").value =
    sessionStorage.getItem("name") ?? SUGGESTIONS[Math.floor(Math.random() * SUGGESTIONS.length)];
  showNameProblem(problem);
  at("name").select();
  at("name").focus();
}

function showNameProblem(problem) {
  at("name-help").textContent = problem;
  at("name").setAttribute("aria-invalid", String(problem !== ""));
}

function showState(state, words) {
  at("status").dataset.state = state;
  at("status-text").textContent = words;
  showSend();
}

function lost(until) {
  away ||= you !== null;
  people.unknown();
  showState("waiting", "Not connected");
  clearInterval(countdown);
  const showCountdown = () => {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    at("banner-text").textContent = seconds ? `Connection lost. Next try in ${seconds} s.` : "Reconnecting…";
  };
  showCountdown();
  countdown = setInterval(showCountdown, 500);
  at("banner").hidden = false;
}

function hideBanner() {
  clearInterval(countdown);
  at("banner").hidden = true;
}

function showEmpty() {
  at("empty").hidden = !log.isEmpty;
  const [other] = people.others;
  at("empty-title").textContent = other ? `Say hello to ${other.name}` : "You are the first person here";
  at("empty-text").textContent = other
    ? "Every message appears in all windows at once."
    : "Open this page in a second window. Each window is a separate visitor.";
  at("empty-link").hidden = other !== undefined;
}

function showWriters() {
  const names = [...writers.values()].map(({ name }) => name);
  const who =
    names.length > 2 ? "Several people are" : `${names.join(" and ")} ${names.length > 1 ? "are" : "is"}`;
  at("typing").textContent = names.length ? `${who} typing…` : "";
}

function stopWriting(id) {
  clearTimeout(writers.get(id)?.timer);
  writers.delete(id);
  showWriters();
}

function countUnread() {
  if (document.hasFocus() && !document.hidden) return;
  unread += 1;
  document.title = `(${unread}) ${TITLE}`;
}

function clearUnread() {
  if (document.hidden) return;
  unread = 0;
  document.title = TITLE;
}

function showSend() {
  at("send").disabled = !isOpen() || text.value.trim() === "";
}

function isOpen() {
  return connection?.state === "open";
}

function send(value) {
  return isOpen() && connection.send(JSON.stringify(value));
}

function sendText() {
  if (text.value.trim() === "" || !send({ type: "say", text: text.value })) return;
  text.value = "";
  typedAt = 0;
  showSend();
}

function sendTyping() {
  showSend();
  if (text.value.trim() === "" || Date.now() - typedAt < TYPING_EVERY) return;
  if (send({ type: "typing" })) typedAt = Date.now();
}

at("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = at("name").value.trim();
  if (name === "") return showNameProblem("Please type a name.");
  enter(name);
});
at("name").addEventListener("input", () => showNameProblem(""));
at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  sendText();
  text.focus();
});
text.addEventListener("input", sendTyping);
text.addEventListener("keydown", (event) => {
  // While an input method composes a word, Enter selects the word.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendText();
});
at("retry").addEventListener("click", () => connection?.retry());
at("leave").addEventListener("click", () => toDoor());
at("show-people").addEventListener("click", () => {
  const shown = at("people-panel").classList.toggle("shown");
  at("show-people").setAttribute("aria-expanded", String(shown));
});
for (const link of document.querySelectorAll(".second-window")) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    // Opens a window beside this one. With noopener it does not get this window's session storage, and so its name.
    window.open("/", "_blank", "noopener,popup,width=560,height=760");
  });
}
addEventListener("focus", clearUnread);
document.addEventListener("visibilitychange", clearUnread);

const name = sessionStorage.getItem("name");
if (name) enter(name);
else toDoor();
