// Version 4: the handler of board.websocket. Readers are sessions of version 2, which has a call to find them.
const notes = require("./notes");
const websocket = require("net/websocket");

exports.onOpen = function () {
  console.log("a writer has connected");
};

exports.onMessage = function (message) {
  const text = message.trim();
  if (text === "") return "The note is empty";
  const note = notes.add(text.slice(0, 200));
  const line = JSON.stringify({ note: note });
  websocket.getOpenSessions().forEach((reader) => reader.sendTextAsync(line));
  return "Your note is number " + note.number;
};

exports.onError = function (error) {
  console.error("a writer's connection failed: " + error);
};

exports.onClose = function () {
  console.log("a writer has disconnected");
};
