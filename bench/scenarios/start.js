import { GeneratorProcess } from "../lib/generator-process.js";
import { chatServer } from "../lib/peers.js";
import { ServerProcess } from "../lib/server-process.js";

const LIMIT_MS = 15_000;

/** From the spawn of the command to the first accepted WebSocket, tried every 2 ms. */
async function timeToReady(peer) {
  const generator = new GeneratorProcess();
  // Answered: the generator is up, and its own start is not in the figure.
  await generator.request("close");
  const server = await ServerProcess.spawn(peer);
  try {
    const target = {
      port: server.port,
      protocol: peer.protocol,
      route: peer === chatServer ? "chat" : "echo",
    };
    const accepted = generator.request("firstAccepted", { target, limitMs: LIMIT_MS });
    const { at } = await Promise.race([accepted, server.untilItFails()]);
    return { milliseconds: at - server.startedAt };
  } finally {
    generator.end();
    await server.stop();
  }
}

export const start = {
  name: "start",
  title: "Time from command to the first accepted connection",
  columns: [{ key: "milliseconds", unit: "ms", title: "ready", digits: 0, ratio: "less" }],
  subjects: (peers) => peers.map((peer) => (peer.name === "parlor-thread" ? chatServer : peer)),
  /** Cheap, and noisier than the others. */
  rounds: (rounds) => (rounds === 1 ? 3 : Math.max(rounds, 9)),
  measure: timeToReady,
};
