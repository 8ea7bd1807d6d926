/** The names of clients by id. A reload clears them, and the program asks again. */
const names = new Map<string, string>();

ws("/bolt/chat/:room", "on_connect", "on_message", "on_disconnect");
before("must_be_known");
afterAll(() =>
  $bolt.log(`bolt chat: ${$bolt.wsEventType() || $bolt.path()} of ${nameOf($bolt.wsClientId())}`),
);

/** Middleware of on_message: asks a client without a name for one, and ignores its other messages. */
export function must_be_known(): void {
  const id = $bolt.wsClientId();
  if (names.has(id)) return;
  const [, name] = /^I am (\S.{0,23})$/.exec($bolt.wsEventMessage()) ?? [];
  if (name === undefined) $bolt.wsSendTo(id, "Send your name first: I am Ada");
  else enter(id, name);
  $bolt.wsEventAbort();
}

/** Runs before the client is accepted, so this is the first message that it gets. */
export function on_connect(): void {
  $bolt.wsSendTo(
    $bolt.wsClientId(),
    `Welcome to the ${$bolt.wsParam("room")} room. Send your name: I am Ada`,
  );
}

export function on_message(): void {
  const name = nameOf($bolt.wsClientId());
  const room = $bolt.wsParam("room");
  if ($bolt.wsEventIsBinary() === 1) $bolt.wsRoomBroadcastBinary(room, $bolt.wsEventBinary());
  else $bolt.wsRoomBroadcast(room, `${name}: ${$bolt.wsEventMessage()}`);
}

/** The client has already left its room. */
export function on_disconnect(): void {
  const id = $bolt.wsClientId();
  if (names.has(id)) $bolt.wsRoomBroadcast($bolt.wsParam("room"), `${nameOf(id)} left`);
  names.delete(id);
}

get("/bolt/rooms/:room", () => {
  const people = $bolt.wsRoomMembers($bolt.param("room")).map(nameOf);
  $bolt.json({ people, connected: $bolt.wsConnectionCount(), dropped: $bolt.wsDroppedCount() });
});

function enter(id: string, name: string): void {
  const room = $bolt.wsParam("room");
  names.set(id, name);
  $bolt.wsRoomJoin(room, id);
  $bolt.wsRoomBroadcast(room, `${name} joined: ${$bolt.wsRoomCount(room)} in the room`);
}

function nameOf(id: string): string {
  return names.get(id) ?? "guest";
}
