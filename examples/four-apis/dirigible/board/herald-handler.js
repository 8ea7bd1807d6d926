const websockets = require("net/v4/websockets");

exports.onOpen = function () {
  console.log("the herald is at the board");
};

exports.onMessage = function (message) {
  console.log("the board says: " + message);
  websockets.getClientByHandler("board/herald-handler").close();
};

exports.onError = function (error) {
  console.error("the herald did not get through: " + error);
};

exports.onClose = function () {
  console.log("the herald has left");
};
