// Served at /ws/chat. The contract says which messages pass, and gives this script and the page their types.
import { defineMessages } from "parlor";
import { z } from "zod";

/** All connections share one evaluation of this script. */
export const scope = "route";
/** A client that has lost its connection may return for 30 s: to the same session, and nothing is missing. */
export const resume = 30;

const name = z.string().min(1).max(40);

export const messages = defineMessages({
  in: { say: z.object({ text: z.string().min(1).max(2000) }) },
  out: {
    said: z.object({ user: z.string(), text: z.string() }),
    joined: z.object({ user: z.string(), online: z.number() }),
    left: z.object({ user: z.string(), online: z.number() }),
    renamed: z.object({ from: z.string(), to: z.string() }),
  },
  calls: { rename: { in: z.object({ to: name }), out: z.object({ user: z.string() }) } },
});
type Session = WebSocketSession<typeof messages>;

export const onOpen = (session: Session) => {
  const { data: user = "guest" } = name.safeParse(session.getParameter("user"));
  const room = session.room("chat");
  session.setAttribute("user", user);
  room.join();
  room.emit("joined", { user, online: room.members() });
};

export const on: On<typeof messages> = {
  say(session, { text }) {
    session.room("chat").emit("said", { user: session.getAttribute("user"), text });
  },
};

// A client asks, and what is returned is the reply.
export const calls: Calls<typeof messages> = {
  rename(session, { to }) {
    session.room("chat").emit("renamed", { from: session.getAttribute("user"), to });
    session.setAttribute("user", to);
    return { user: to };
  },
};

export const onClose = (session: Session) => {
  // The session counts as a member until this returns.
  const room = session.room("chat");
  room.emitExcept("left", { user: session.getAttribute("user"), online: room.members() - 1 });
};
