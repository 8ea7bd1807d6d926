import { describe, expect, it } from "vitest";
import {
  HEIGHT,
  newPlayer,
  newWorld,
  startRound,
  steerFrom,
  step,
  WIDTH,
} from "../../examples/game/lib/world.ts";
import type { Player, World } from "../../examples/game/lib/world.ts";

describe("the world of examples/game", () => {
  function worldOf(place: Partial<Player>): { world: World; player: Player } {
    const world = newWorld();
    const player = Object.assign(newPlayer(world, "Ada"), place);
    world.players.set("a", player);
    world.coins = world.coins.map((coin) => ({ ...coin, x: 1000, y: 700 }));
    return { world, player };
  }

  it("moves a player in its direction, equally far at any tick rate", () => {
    const [slow, fast] = [30, 60].map((rate) => {
      const { world, player } = worldOf({ x: 100, y: 100, steer: { x: 1, y: 0 } });
      for (let n = 0; n < rate; n++) step(world, 1 / rate);
      return player;
    }) as [Player, Player];

    expect(slow.x).toBeGreaterThan(350);
    expect(Math.abs(slow.x - fast.x)).toBeLessThan(5);
    expect(slow.y).toBe(100);
  });

  it("keeps all players on the field", () => {
    const { world, player } = worldOf({ x: 30, y: HEIGHT - 30, steer: steerFrom(-1, 1) });
    for (let n = 0; n < 60; n++) step(world, 1 / 30);
    expect([player.x, player.y]).toEqual([20, HEIGHT - 20]);
    expect(player.x).toBeLessThan(WIDTH);
  });

  it("gives a coin to the player who reaches it, and places another", () => {
    const { world, player } = worldOf({ x: 100, y: 100 });
    world.coins = [{ id: 0, x: 120, y: 100, worth: 5 }, ...world.coins.slice(1)];

    expect(step(world, 0)).toBe(true);
    expect(player.score).toBe(5);
    expect(world.coins).toHaveLength(10);
    expect(world.coins.some((coin) => coin.id === 0)).toBe(false);
  });

  it("starts a round with all scores at zero", () => {
    const { world, player } = worldOf({ score: 30 });
    startRound(world);
    expect(player.score).toBe(0);
    expect(world.coins).toHaveLength(10);
  });

  it.each([
    [3, 4, { x: 0.6, y: 0.8 }],
    [0.5, 0, { x: 0.5, y: 0 }],
    [Infinity, 0, { x: 0, y: 0 }],
    ["1", 0, { x: 0, y: 0 }],
    [undefined, undefined, { x: 0, y: 0 }],
  ])("reads %s, %s as a direction", (x, y, direction) => {
    expect(steerFrom(x, y)).toEqual(direction);
  });
});
