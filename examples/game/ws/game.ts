import {
  freeName,
  GOAL,
  HEIGHT,
  newPlayer,
  newWorld,
  startRound,
  steerFrom,
  step,
  WIDTH,
} from "../lib/world.ts";
import type { Player } from "../lib/world.ts";

// With a tick rate, all connections share one state and one thread, and the functions below never overlap.
export const tickRate = 30;

const PAUSE_MS = 4000;
const LONGEST_STEP_MS = 100;
const world = newWorld();
let clock = 0;
let pausedUntil = 0;

export function onOpen(session: WebSocketSession) {
  session.setAttribute("name", free(tidyName(session.getParameter("name")) || "Guest"));
  enter(session);
}

export function onMessage(session: WebSocketSession, data: string) {
  const message = parse(data);
  const player = world.players.get(session.id);
  if (!player) return;
  if (message?.type === "steer") player.steer = steerFrom(message.x, message.y);
  if (message?.type === "name") rename(session, player, message.name);
}

// A reload creates a new world, but all sessions are still connected.
export function onReload(session: WebSocketSession) {
  enter(session);
}

export function onClose(session: WebSocketSession) {
  world.players.delete(session.id);
  sendPlayers();
}

export function onTick(room: RealtimeRoomProxy, deltaMs: number) {
  clock += deltaMs;
  if (clock >= pausedUntil) play(room, Math.min(deltaMs, LONGEST_STEP_MS) / 1000);
  room.broadcast(JSON.stringify({ type: "at", t: Math.round(clock), p: positions() }));
}

function play(room: RealtimeRoomProxy, seconds: number) {
  if (pausedUntil !== 0) {
    pausedUntil = 0;
    startRound(world);
    room.broadcast(coins());
  }
  if (step(world, seconds)) room.broadcast(coins());

  const winner = [...world.players.values()].find((player) => player.score >= GOAL);
  if (!winner) return;
  pausedUntil = clock + PAUSE_MS;
  room.broadcast(JSON.stringify({ type: "won", n: winner.n, name: winner.name, pauseMs: PAUSE_MS }));
}

function enter(session: WebSocketSession) {
  const player = newPlayer(world, session.getAttribute("name"));
  world.players.set(session.id, player);
  const size = { width: WIDTH, height: HEIGHT };
  session.send(JSON.stringify({ type: "welcome", you: player.n, size, goal: GOAL, tickRate }));
  session.send(coins());
  session.room("game").join();
  sendPlayers();
}

function rename(session: WebSocketSession, player: Player, name: unknown) {
  const tidied = tidyName(name);
  if (tidied === "") return;
  player.name = free(tidied, player);
  session.setAttribute("name", player.name);
  sendPlayers();
}

/** The name, or one with a number if another player has it. */
function free(name: string, own?: Player): string {
  const others = [...world.players.values()].filter((player) => player !== own);
  return freeName(
    name,
    others.map((player) => player.name),
  );
}

/** Names and colours change rarely, so they are not in the snapshots. */
function sendPlayers() {
  const players = [...world.players.values()].map(({ n, name, hue }) => ({ n, name, hue }));
  diesel
    .getWebSocketService()
    .room("game")
    .broadcast(JSON.stringify({ type: "players", players }));
}

/** One row per player: number, x, y, score. */
function positions(): number[][] {
  return [...world.players.values()].map(({ n, x, y, score }) => [n, Math.round(x), Math.round(y), score]);
}

function coins(): string {
  return JSON.stringify({
    type: "coins",
    coins: world.coins.map(({ id, x, y, worth }) => [id, x, y, worth]),
  });
}

function tidyName(name: unknown): string {
  if (typeof name !== "string") return "";
  return [...name.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()].slice(0, 16).join("");
}

function parse(data: string): { type?: unknown; x?: unknown; y?: unknown; name?: unknown } | null {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
