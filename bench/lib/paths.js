import { fileURLToPath } from "node:url";

const bench = new URL("..", import.meta.url);

export const paths = {
  bench: fileURLToPath(bench),
  root: fileURLToPath(new URL("..", bench)),
  app: fileURLToPath(new URL("app", bench)),
  chat: fileURLToPath(new URL("../examples/chat", bench)),
  cli: fileURLToPath(new URL("../bin/parlor.js", bench)),
  modules: fileURLToPath(new URL("node_modules", bench)),
  generator: fileURLToPath(new URL("load/generator.js", bench)),
  gcHook: new URL("lib/gc-hook.js", bench).href,
  server: (name) => fileURLToPath(new URL(`servers/${name}.js`, bench)),
  document: fileURLToPath(new URL("../docs/benchmarks.md", bench)),
};
