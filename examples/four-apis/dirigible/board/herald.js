// Run it with `parlor run board/herald.js`: it connects to its own server and has a handler for the events.
const websockets = require("net/v4/websockets");

const client = websockets.createWebsocket(
  "ws://localhost:3000/websockets/v4/service/board",
  "board/herald-handler",
);
client.send("The herald was here");
