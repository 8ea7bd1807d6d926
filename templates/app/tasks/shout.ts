// Runs from top to bottom, inside the running server, at: npx parlor run shout
const room = diesel.getWebSocketService().room("chat");
room.broadcast(JSON.stringify({ type: "message", user: "server", text: "Is anybody there?" }));
console.log(`Asked ${room.members()} people`);
