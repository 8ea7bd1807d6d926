// One counter per connection: the module state that the memory figure is to include.
let seen = 0;

export function onMessage(session, text) {
  seen += 1;
  session.send(text === "seen" ? String(seen) : text);
}
