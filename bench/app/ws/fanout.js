export function onOpen(session) {
  session.room("all").join();
}

export function onMessage(session, text) {
  session.room("all").broadcast(text);
}
