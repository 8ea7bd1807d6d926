const websockets = require("net/v4/websockets");

exports.onOpen = function () {
  console.log("the herald has connected");
};

exports.onMessage = function (message) {
  console.log("the board replied: " + message);
  websockets.getClientByHandler("board/herald-handler").close();
};

exports.onError = function (error) {
  console.error("the herald failed: " + error);
};

exports.onClose = function () {
  console.log("the herald has disconnected");
};
