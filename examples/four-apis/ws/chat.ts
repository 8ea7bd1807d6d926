/** Joins the same room as `bolt/chat.ts`: all APIs share the server's rooms. */
export function onOpen(session: WebSocketSession): void {
  const name = (session.getParameter("user") ?? "").trim().slice(0, 24) || "guest";
  const room = session.getParameter("room") ?? "tea";
  session.setAttribute("name", name);
  session.setAttribute("room", room);
  session.room(room).join();
  session.send(`Welcome to the ${room} room, ${name}.`);
  session.room(room).broadcastExcept(`${name} joined: ${session.room(room).members()} in the room`);
}

export function onMessage(session: WebSocketSession, text: string): void {
  const { name, room } = session.getAttributes();
  session.room(String(room)).broadcast(`${String(name)}: ${text}`);
}

/** The session is still a member of its rooms until this returns. */
export function onClose(session: WebSocketSession): void {
  const { name, room } = session.getAttributes();
  session.room(String(room)).broadcastExcept(`${String(name)} left`);
}
