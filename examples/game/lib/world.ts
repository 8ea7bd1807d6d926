export const WIDTH = 1200;
export const HEIGHT = 750;
export const GOAL = 30;
const RADIUS = 20;
const SPEED = 330;
const COIN_RADIUS = 12;
const COINS = 10;
const GOLD_EVERY = 8;
const GOLD_WORTH = 5;

/** A direction and a speed: a vector at most 1 long. */
export interface Steer {
  x: number;
  y: number;
}

export interface Player {
  /** A short number that identifies the player in the snapshots. */
  n: number;
  name: string;
  hue: number;
  x: number;
  y: number;
  vx: number;
  vy: number;
  score: number;
  steer: Steer;
}

export interface Coin {
  id: number;
  x: number;
  y: number;
  worth: number;
}

export interface World {
  players: Map<string, Player>;
  coins: Coin[];
  coinsMade: number;
  playersMade: number;
}

export function newWorld(): World {
  const world: World = { players: new Map(), coins: [], coinsMade: 0, playersMade: 0 };
  fillCoins(world);
  return world;
}

export function newPlayer(world: World, name: string): Player {
  const n = ++world.playersMade;
  // Steps of the golden angle: colours that follow each other are far apart.
  const hue = Math.round((n * 137.5) % 360);
  return { n, name, hue, ...somewhere(RADIUS), vx: 0, vy: 0, score: 0, steer: { x: 0, y: 0 } };
}

/** The name itself, or the name with a number if another player has it: "Badger 2". */
export function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken.map((other) => other.toLowerCase()));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} ${n}`;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}

/** The direction that a client sent, at most 1 long; no movement if it is not a direction. */
export function steerFrom(x: unknown, y: unknown): Steer {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return { x: 0, y: 0 };
  const length = Math.max(1, Math.hypot(x as number, y as number));
  return { x: (x as number) / length, y: (y as number) / length };
}

/** Moves all players by a time step. Returns whether a coin was taken. */
export function step(world: World, seconds: number): boolean {
  const before = world.coinsMade;
  for (const player of world.players.values()) {
    move(player, seconds);
    take(world, player);
  }
  fillCoins(world);
  return world.coinsMade !== before;
}

export function startRound(world: World): void {
  for (const player of world.players.values()) player.score = 0;
  world.coins = [];
  fillCoins(world);
}

function move(player: Player, seconds: number): void {
  // Closing a share of the gap per second, not per tick: the same at any tick rate.
  const ease = 1 - Math.exp(-12 * seconds);
  player.vx += (player.steer.x * SPEED - player.vx) * ease;
  player.vy += (player.steer.y * SPEED - player.vy) * ease;
  player.x = clamp(player.x + player.vx * seconds, RADIUS, WIDTH - RADIUS);
  player.y = clamp(player.y + player.vy * seconds, RADIUS, HEIGHT - RADIUS);
}

function take(world: World, player: Player): void {
  world.coins = world.coins.filter((coin) => {
    const reached = Math.hypot(coin.x - player.x, coin.y - player.y) < RADIUS + COIN_RADIUS;
    if (reached) player.score += coin.worth;
    return !reached;
  });
}

function fillCoins(world: World): void {
  while (world.coins.length < COINS) {
    const id = ++world.coinsMade;
    world.coins.push({ id, ...somewhere(40), worth: id % GOLD_EVERY === 0 ? GOLD_WORTH : 1 });
  }
}

function somewhere(margin: number): { x: number; y: number } {
  const between = (size: number) => Math.round(margin + Math.random() * (size - 2 * margin));
  return { x: between(WIDTH), y: between(HEIGHT) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
