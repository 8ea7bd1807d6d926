/**
 * Says something to everybody in the tea room, by whichever API they came in. So may whoever reaches the server: a demo
 * for your own machine. How to ask for a token is in examples/chat/http/announce.ts.
 */
export async function POST(request: Request): Promise<Response> {
  const text = (await request.text()).trim();
  if (text === "") return new Response("say something", { status: 400 });
  const room = diesel.getWebSocketService().room("tea");
  room.broadcast(`Announcement: ${text}`);
  return Response.json({ heard: room.members() });
}
