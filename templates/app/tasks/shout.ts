// Runs from top to bottom, inside the running server, at: npx parlor run shout
const room = diesel.getWebSocketService().room("chat");
room.emit("said", { user: "server", text: "Hello from a task" });
console.log(`Sent to ${room.members()} people`);
