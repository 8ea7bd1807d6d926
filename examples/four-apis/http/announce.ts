/**
 * Sends an announcement to all sessions in the tea room, of every API. Every client that reaches the server can use this
 * route, which is only right for a demo on your own machine. examples/chat/http/announce.ts shows how to ask for a token.
 */
export async function POST(request: Request): Promise<Response> {
  const text = (await request.text()).trim();
  if (text === "") return new Response("send the announcement as the body", { status: 400 });
  const room = diesel.getWebSocketService().room("tea");
  room.broadcast(`Announcement: ${text}`);
  return Response.json({ reached: room.members() });
}
