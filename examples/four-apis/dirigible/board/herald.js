// Run it with `parlor run board/herald.js`: a client of its own server, with a handler that is told how it goes.
const websockets = require("net/v4/websockets");

const client = websockets.createWebsocket(
  "ws://localhost:3000/websockets/v4/service/board",
  "board/herald-handler",
);
client.send("The herald was here");
