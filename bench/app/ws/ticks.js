import { TICK_RATE, TickMeter } from "../../lib/tick-meter.js";

export const tickRate = TICK_RATE;

const meter = new TickMeter({ keepsSchedule: true });

export function onMessage(session, text) {
  const report = meter.hear(text);
  if (report !== null) session.send(report);
}

export function onTick(room) {
  const text = meter.tick();
  if (text !== null) room.broadcast(text);
}
