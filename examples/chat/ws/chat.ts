import { freeName, TEXT_LENGTH, tidy, tidyName } from "../lib/names.ts";

// All connections of this route share the variables below. Without this line each connection would have its own copy.
export const scope = "route";
// A person whose connection is lost stays in the room for this many seconds, and misses nothing.
export const resume = 30;

interface Person {
  id: string;
  name: string;
  away?: true;
}

interface Message {
  id: string;
  from: Person;
  text: string;
  at: number;
}

/** The close code after which the page asks for another name instead of reconnecting. */
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
  // The session is still a member until this returns, so it is left out.
  session
    .room("lobby")
    .broadcastExcept(JSON.stringify({ type: "leave", person: { id: session.id, name }, at: Date.now() }));
}

export function onAway(session: WebSocketSession) {
  personOf(session).away = true;
  showPerson(session);
}

export function onReturn(session: WebSocketSession) {
  delete personOf(session).away;
  showPerson(session);
}

// After a reload the map above is empty, but all sessions are still connected and have their attributes.
export function onReload(session: WebSocketSession) {
  showPerson(session);
}

function showPerson(session: WebSocketSession) {
  if (session.getAttribute("name") === null) return;
  session.room("lobby").broadcastExcept(JSON.stringify({ type: "here", person: personOf(session) }));
}

function say(session: WebSocketSession, input: unknown) {
  const text = typeof input === "string" ? tidy(input, TEXT_LENGTH) : "";
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
