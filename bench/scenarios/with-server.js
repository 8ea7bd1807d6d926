import { GeneratorProcess } from "../lib/generator-process.js";
import { ServerProcess } from "../lib/server-process.js";

/** Starts a peer and a generator, both fresh, for one measurement, and ends both whatever comes. */
export async function withServer(peer, options, use) {
  const server = await ServerProcess.start(peer, options);
  const generator = new GeneratorProcess();
  try {
    return await use(server, generator);
  } finally {
    generator.end();
    await server.stop();
  }
}
