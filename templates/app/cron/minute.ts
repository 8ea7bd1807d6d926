// Runs from top to bottom at the start of every minute: second, minute, hour, day, month, weekday.
export const schedule: Schedule = "0 * * * * *";

const room = diesel.getWebSocketService().room("chat");
room.emit("said", { user: "clock", text: `It is ${new Date().toLocaleTimeString()}` });
