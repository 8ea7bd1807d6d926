// Served at /ws/chat. Every connection has module variables of its own; what all should see goes through a room.

export function onOpen(session: WebSocketSession) {
  const user = session.getParameter("user") || "somebody";
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
  // Until this returns, the one who leaves still counts as a member.
  const room = session.room("chat");
  const user = session.getAttribute("user");
  room.broadcastExcept(JSON.stringify({ type: "leave", user, online: room.members() - 1 }));
}
