// Clients only listen. The page loads earlier prices from GET /prices.
export function onOpen(session: WebSocketSession) {
  session.room("prices").join();
}
