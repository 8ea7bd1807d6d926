// Version 2: each message to /service/js names this module, and what it wants: all notes, a name, or a word to a name.
const globals = require("core/globals");
const websocket = require("net/websocket");
const context = require("core/context");
const notes = require("./notes");

const session = websocket.getSession();
const wish = context.get("wish");
const name = context.get("name");

if (wish === "read") session.sendText(JSON.stringify({ notes: notes.all() }));
else if (wish === "name") globals.set("reader-" + name, session);
else if (wish === "tell") tell(context.get("to"), context.get("text"));
else session.sendText(JSON.stringify({ error: "wish is read, name or tell" }));

// A session that is kept stays usable, and may have gone meanwhile: sendText would throw then.
function tell(to, text) {
  const reader = globals.get("reader-" + to);
  const isHere =
    reader !== null && websocket.getOpenSessions().some((open) => open.getId() === reader.getId());
  if (isHere) reader.sendText(JSON.stringify({ from: name, text: text }));
  else session.sendText(JSON.stringify({ error: "nobody is called " + to }));
}
