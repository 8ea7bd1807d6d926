import { at, Connection, onSubmit, sendFrom, show } from "/chat.js";

const connection = new Connection(`ws://${location.hostname}:8091/chat`, {
  message(data) {
    if (typeof data === "string") show(data);
    else show(`${new TextDecoder().decode(data)} (${data.length} bytes)`, "soft");
  },
});

onSubmit("composer", () => sendFrom(at("text"), connection));
at("bytes").addEventListener("click", () => connection.send(new Uint8Array([1, 2, 3, 4])));
