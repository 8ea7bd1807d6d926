/** The room is the same as that of `bolt/chat.ts`: rooms are the server's, whatever API they are joined by. */
export function onOpen(session: WebSocketSession): void {
  const name = (session.getParameter("user") ?? "").trim().slice(0, 24) || "somebody";
  const room = session.getParameter("room") ?? "tea";
  session.setAttribute("name", name);
  session.setAttribute("room", room);
  session.room(room).join();
  session.send(`Welcome to the ${room} room, ${name}.`);
  session.room(room).broadcastExcept(`${name} is here: ${session.room(room).members()} in the room`);
}

export function onMessage(session: WebSocketSession, text: string): void {
  const { name, room } = session.getAttributes();
  session.room(String(room)).broadcast(`${String(name)}: ${text}`);
}

/** Until this returns, who leaves is a member still. */
export function onClose(session: WebSocketSession): void {
  const { name, room } = session.getAttributes();
  session.room(String(room)).broadcastExcept(`${String(name)} has left`);
}
