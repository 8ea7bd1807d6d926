import { freeName, TEXT_LENGTH, tidy, tidyName } from "../lib/names.ts";

// All connections of this route share the variable below. Without this line each connection would have its own copy.
export const scope = "route";
// A person whose connection is lost stays in the room for this many seconds, and misses nothing.
export const resume = 30;

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

/** The close code after which the page asks for another name instead of reconnecting. */
const NO_NAME = 4001;
const REMEMBERED = 50;
const history: Message[] = [];

export function onOpen(session: WebSocketSession) {
  const wanted = tidyName(session.getParameter("user") ?? "");
  if (wanted === "") return session.close(NO_NAME, "Connect with a name: /ws/chat?user=Ada");

  const room = session.room("lobby");
  const taken = room.presence().map(({ data }) => data.name);
  const name = freeName(wanted, taken);
  session.setAttribute("name", name);
  const you = personOf(session);
  // The presence of the room is who is here: it survives reloads and crashes, and knows who is away.
  room.join({ presence: { name } });
  const people = room.presence().map(({ id, data, away }) => ({ id, name: data.name, away }));
  session.send(JSON.stringify({ type: "welcome", you, people, history }));
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
  // The session is still a member until this returns, so it is left out.
  session
    .room("lobby")
    .broadcastExcept(JSON.stringify({ type: "leave", person: { id: session.id, name }, at: Date.now() }));
}

export function onAway(session: WebSocketSession) {
  showPerson(session, { away: true });
}

export function onReturn(session: WebSocketSession) {
  showPerson(session, {});
}

function showPerson(session: WebSocketSession, how: { away?: true }) {
  if (session.getAttribute("name") === null) return;
  const person = { ...personOf(session), ...how };
  session.room("lobby").broadcastExcept(JSON.stringify({ type: "here", person }));
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
  return { id: session.id, name: String(session.getAttribute("name")) };
}

function parse(data: string): { type?: unknown; text?: unknown } | null {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
