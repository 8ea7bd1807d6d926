import { TEXT_LENGTH, tidy } from "../lib/names.ts";

/**
 * Sends an announcement to all clients of the chat that are connected now. It is not a message of the room, so ws/chat.ts
 * does not keep it for those who join later:
 * curl -d "Tea is ready" http://127.0.0.1:8080/announce
 *
 * Every client that reaches the server can use this route, which is only right for a demo on your own machine. If .env
 * has ANNOUNCE_TOKEN, requests need it: curl -H "Authorization: Bearer TOKEN" -d "Tea is ready" http://127.0.0.1:8080/announce
 */
export async function POST(request: Request) {
  const token = process.env["ANNOUNCE_TOKEN"];
  if (token && request.headers.get("authorization") !== `Bearer ${token}`)
    return new Response("Announcements need the token.\n", { status: 401 });

  const text = tidy(await request.text(), TEXT_LENGTH);
  if (text === "")
    return new Response("Send the announcement as the body of the request.\n", { status: 400 });

  const lobby = diesel.getWebSocketService().room("lobby");
  lobby.broadcast(JSON.stringify({ type: "announcement", id: diesel.randomUUID(), text, at: Date.now() }));
  return Response.json({ reached: lobby.members() });
}
