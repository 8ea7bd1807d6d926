import { WebSocket, WebSocketServer } from "ws";
import { TICK_RATE, TickMeter } from "../lib/tick-meter.js";

const members = new Set();

function join(socket) {
  members.add(socket);
  socket.on("close", () => members.delete(socket));
}

/** The loop that the README of ws shows: one `send` for each open member. */
function broadcast(data, binary) {
  for (const member of members) {
    if (member.readyState === WebSocket.OPEN) member.send(data, { binary });
  }
}

function fanout(socket) {
  join(socket);
  socket.on("message", broadcast);
}

function echo(socket) {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
}

let meter = null;

/** The usual loop: an interval of 1000/60 ms, from the first client on. */
function startTicks() {
  meter = new TickMeter({ keepsSchedule: false });
  setInterval(() => {
    const text = meter.tick();
    if (text !== null) broadcast(text, false);
  }, 1000 / TICK_RATE);
}

function ticks(socket) {
  if (meter === null) startTicks();
  join(socket);
  socket.on("message", (data) => {
    const report = meter.hear(String(data));
    if (report !== null) socket.send(report);
  });
}

const routes = new Map([
  ["/ws/fanout", fanout],
  ["/ws/ticks", ticks],
]);
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.env.PORT) });
server.on("connection", (socket, request) => {
  const serve = routes.get(request.url) ?? echo;
  serve(socket);
});
