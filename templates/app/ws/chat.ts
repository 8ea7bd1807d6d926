// Served at /ws/chat. Every connection has its own module variables; shared messages go through a room.

export const onOpen: OnOpen = (session) => {
  const user = session.getParameter("user") || "guest";
  const room = session.room("chat");
  session.setAttribute("user", user);
  room.join();
  room.broadcast(JSON.stringify({ type: "join", user, online: room.members() }));
};

export const onMessage: OnMessage = (session, text) => {
  const user = session.getAttribute("user");
  session.room("chat").broadcast(JSON.stringify({ type: "message", user, text }));
};

export const onClose: OnClose = (session) => {
  // The session counts as a member until this returns.
  const room = session.room("chat");
  const user = session.getAttribute("user");
  room.broadcastExcept(JSON.stringify({ type: "leave", user, online: room.members() - 1 }));
};
