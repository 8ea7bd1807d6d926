// Watchers only listen. What happened before they came, the page asks GET /prices for.
export function onOpen(session: WebSocketSession) {
  session.room("prices").join();
}
