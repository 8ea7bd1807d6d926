// Version 2: each message to /service/js names this module and an action: read all notes, set a name, or send to a name.
const globals = require("core/globals");
const websocket = require("net/websocket");
const context = require("core/context");
const notes = require("./notes");

const session = websocket.getSession();
const action = context.get("action");
const name = context.get("name");

if (action === "read") session.sendText(JSON.stringify({ notes: notes.all() }));
else if (action === "name") globals.set("reader-" + name, session);
else if (action === "send") send(context.get("to"), context.get("text"));
else session.sendText(JSON.stringify({ error: "action must be read, name or send" }));

// A stored session can be used later, but it may have closed, and then sendText throws.
function send(to, text) {
  const reader = globals.get("reader-" + to);
  const isHere =
    reader !== null && websocket.getOpenSessions().some((open) => open.getId() === reader.getId());
  if (isHere) reader.sendText(JSON.stringify({ from: name, text: text }));
  else session.sendText(JSON.stringify({ error: "there is no reader with the name " + to }));
}
