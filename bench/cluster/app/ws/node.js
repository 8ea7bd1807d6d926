export function onMessage(session, text) {
  if (text === "join") session.room("all").join();
  else if (text === "leave") session.room("all").leave();
  else session.room("all").broadcast(text);
}
