export function onMessage(session, text) {
  session.send(text);
}
