import { at, Connection, onSubmit, sendFrom, show } from "/chat.js";

const writer = new Connection("/websockets/v4/service/board", {
  message: (text) => show(text, "soft"),
});
const reader = new Connection("/service/js", {
  open() {
    setName();
    ask({ action: "read" });
  },
  message: read,
});
const known = new Set();

// After a reconnection all notes come again.
function read(data) {
  const { notes, note, from, text, error } = JSON.parse(data);
  for (const one of notes ?? (note ? [note] : [])) {
    const line = `${one.number}. ${one.text}`;
    if (!known.has(line)) show(line);
    known.add(line);
  }
  if (from !== undefined) show(`${from} (to you): ${text}`);
  if (error !== undefined) show(error, "soft");
}

function ask(params) {
  return reader.send(JSON.stringify({ module: "/board/reader.js", params }));
}

function setName() {
  if (at("name").value !== "") ask({ action: "name", name: at("name").value });
}

onSubmit("write", () => sendFrom(at("note"), writer));
onSubmit("identify", setName);
onSubmit("direct", () => {
  const name = at("name").value || "guest";
  if (ask({ action: "send", name, to: at("to").value, text: at("text").value })) at("text").value = "";
});
