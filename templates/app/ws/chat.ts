// Served at /ws/chat. Every connection has its own module variables; shared messages go through a room.

export function onOpen(session: WebSocketSession) {
  const user = session.getParameter("user") || "guest";
  const room = session.room("chat");
  session.setAttribute("user", user);
  room.join();
  room.broadcast(JSON.stringify({ type: "join", user, online: room.members() }));
}

export function onMessage(session: WebSocketSession, text: string) {
  const user = session.getAttribute("user");
  session.room("chat").broadcast(JSON.stringify({ type: "message", user, text }));
}

export function onClose(session: WebSocketSession) {
  // The session counts as a member until this returns.
  const room = session.room("chat");
  const user = session.getAttribute("user");
  room.broadcastExcept(JSON.stringify({ type: "leave", user, online: room.members() - 1 }));
}
