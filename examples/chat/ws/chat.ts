import { freeName, TEXT_LENGTH, tidy, tidyName } from "../lib/names.ts";

// One state for everybody on this route. Without this line each connection would have a state of its own.
export const scope = "route";

interface Person {
  id: string;
  name: string;
}

interface Message {
  id: string;
  from: Person;
  text: string;
  at: number;
}

/** The close code that tells the page to ask for another name instead of coming back. */
const NO_NAME = 4001;
const REMEMBERED = 50;
const people = new Map<string, Person>();
const history: Message[] = [];

export function onOpen(session: WebSocketSession) {
  const wanted = tidyName(session.getParameter("user") ?? "");
  if (wanted === "") return session.close(NO_NAME, "Connect with a name: /ws/chat?user=Ada");

  session.setAttribute(
    "name",
    freeName(
      wanted,
      [...people.values()].map((person) => person.name),
    ),
  );
  const you = personOf(session);
  session.room("lobby").join();
  session.send(JSON.stringify({ type: "welcome", you, people: [...people.values()], history }));
  session.room("lobby").broadcastExcept(JSON.stringify({ type: "join", person: you, at: Date.now() }));
}

export function onMessage(session: WebSocketSession, data: string) {
  const message = parse(data);
  if (message?.type === "say") return say(session, message.text);
  if (message?.type === "typing") return typing(session);
  session.send(
    JSON.stringify({ type: "refused", reason: 'Send {"type":"say","text":"..."} or {"type":"typing"}.' }),
  );
}

export function onClose(session: WebSocketSession) {
  const name = session.getAttribute("name");
  if (name === null) return;
  people.delete(session.id);
  // The one who leaves is a member until this returns, and is not sent its own farewell.
  session
    .room("lobby")
    .broadcastExcept(JSON.stringify({ type: "leave", person: { id: session.id, name }, at: Date.now() }));
}

// The map above begins empty when the script is loaded anew, but everybody is still here, with their attributes.
export function onReload(session: WebSocketSession) {
  if (session.getAttribute("name") === null) return;
  session.room("lobby").broadcastExcept(JSON.stringify({ type: "here", person: personOf(session) }));
}

function say(session: WebSocketSession, said: unknown) {
  const text = typeof said === "string" ? tidy(said, TEXT_LENGTH) : "";
  if (text === "")
    return session.send(JSON.stringify({ type: "refused", reason: "That message was empty." }));

  const message: Message = { id: diesel.randomUUID(), from: personOf(session), text, at: Date.now() };
  history.push(message);
  if (history.length > REMEMBERED) history.shift();
  session.room("lobby").broadcast(JSON.stringify({ type: "message", ...message }));
}

function typing(session: WebSocketSession) {
  session.room("lobby").broadcastExcept(JSON.stringify({ type: "typing", person: personOf(session) }));
}

function personOf(session: WebSocketSession): Person {
  const known = people.get(session.id);
  if (known) return known;
  const person = { id: session.id, name: String(session.getAttribute("name")) };
  people.set(session.id, person);
  return person;
}

function parse(data: string): { type?: unknown; text?: unknown } | null {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
