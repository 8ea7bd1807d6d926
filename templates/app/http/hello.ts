// Served at /hello: GET returns the number of connected clients, POST sends a message to all of them.
// curl http://127.0.0.1:8080/hello
// curl -d "Good morning" http://127.0.0.1:8080/hello

export const GET: HttpHandler = () =>
  Response.json({ online: diesel.getWebSocketService().getActiveSessionCount() });

export const POST: HttpHandler = async (request) => {
  const text = (await request.text()).trim();
  if (text === "") return new Response("Send a text as the body of the request.\n", { status: 400 });
  const room = diesel.getWebSocketService().room("chat");
  room.emit("said", { user: "server", text });
  return Response.json({ reached: room.members() });
};
