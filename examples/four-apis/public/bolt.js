import { at, Connection, onSubmit, sendFrom, show } from "/chat.js";

const query = new URLSearchParams(location.search);
const room = encodeURIComponent(query.get("room") || "tea");
const [program, base] =
  query.get("in") === "ring" ? ["bolt/lounge.ring", "/ring"] : ["bolt/chat.ts", "/bolt"];
at("program").textContent = `You talk to ${program}.`;
// Each link changes one part of the address and keeps the others.
for (const link of document.querySelectorAll("a[href^='?']")) {
  for (const [name, value] of query) {
    const target = new URL(link.href);
    if (!target.searchParams.has(name)) target.searchParams.set(name, value);
    link.href = target;
  }
}

const connection = new Connection(`${base}/chat/${room}`, {
  open(client) {
    if (query.has("name")) client.send(`I am ${query.get("name")}`);
  },
  message(data) {
    if (typeof data === "string") show(data);
    else show(`${data.length} bytes: ${data}`, "soft");
  },
});

if (query.has("name")) at("text").placeholder = "Write a message";
onSubmit("composer", () => {
  sendFrom(at("text"), connection);
  if (at("text").value === "") at("text").placeholder = "Write a message";
});
at("bytes").addEventListener("click", () => connection.send(new Uint8Array([1, 2, 3, 4])));
at("who").addEventListener("click", async () => {
  const { people, connected } = await (await fetch(`${base}/rooms/${room}`)).json();
  show(`${people.join(", ") || "empty room"} (${connected} connected)`, "soft");
});
