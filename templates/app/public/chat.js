// The page's end of /ws/chat. Its types are those of the script: `npm run types` finds a misspelt message.
import { connect } from "/_parlor/client.js";

/** @typedef {import("parlor/client").Client<typeof import("../ws/chat.ts")>} Chat */

const status = at("status", HTMLElement);
const text = at("text", HTMLInputElement);
const name = at("name", HTMLInputElement);
let user = `guest ${Math.floor(Math.random() * 900 + 100)}`;
name.value = user;

// The address is built again at each attempt, so that a new session has the current name.
const client = /** @type {Chat} */ (connect(() => `/ws/chat?user=${encodeURIComponent(user)}`));

client.onMessage("said", ({ user, text }) => show(`${user}: ${text}`));
client.onMessage("joined", ({ user, online }) => show(`${user} joined, ${online} online`));
client.onMessage("left", ({ user, online }) => show(`${user} left, ${online} online`));
client.onMessage("renamed", ({ from, to }) => show(`${from} is now ${to}`));
client.on("refused", ({ message }) => show(`Not sent: ${message}`));

client.on("open", () => {
  status.textContent = `You are ${user}. Open this page in a second window.`;
});
client.on("away", () => {
  status.textContent = "Connection lost, trying again";
});
client.on("closed", ({ reason }) => {
  status.textContent = `Connection closed. ${reason}`;
});

at("say", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  if (text.value.trim() === "" || !client.emit("say", { text: text.value })) return;
  text.value = "";
});

at("rename", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const reply = await client.request("rename", { to: name.value.trim() });
    user = reply.user;
    status.textContent = `You are ${user}.`;
  } catch (error) {
    status.textContent = `Not renamed: ${error instanceof Error ? error.message : error}`;
  }
});

/**
 * Adds a line, and follows it unless a reader has scrolled up.
 * @param {string} content
 */
function show(content) {
  const scroller = at("scroller", HTMLElement);
  const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
  const line = document.createElement("li");
  line.textContent = content;
  at("log", HTMLElement).append(line);
  if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
}

/**
 * The element with an id.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function at(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`the page has no ${kind.name} with the id ${id}`);
}
