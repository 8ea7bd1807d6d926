import { at, Connection, onSubmit, sendFrom, show } from "/chat.js";

const wanted = new URLSearchParams(location.search);
const query = new URLSearchParams({
  user: wanted.get("user") || "Ada",
  room: wanted.get("room") || "tea",
});

const connection = new Connection(`/ws/chat?${query}`, { message: show });
onSubmit("composer", () => sendFrom(at("text"), connection));
