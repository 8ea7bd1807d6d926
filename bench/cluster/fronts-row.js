// A row of the benchmark: echo over two fronts against one, the generator on the same cores.
import { paths } from "../lib/paths.js";
import { floods } from "../scenarios/flood.js";

const echo = floods.find(({ name }) => name === "echo");

export async function frontsRow({ measureMs, rounds }) {
  const ratios = [];
  for (let round = 0; round < rounds; round += 1) {
    const one = await measure([], measureMs);
    ratios.push({ one, ratio: (await measure(["--fronts", "2"], measureMs)) / one });
  }
  ratios.sort((left, right) => left.ratio - right.ratio);
  const { one, ratio } = ratios[Math.floor(rounds / 2)];
  const text = `${ratio.toFixed(2)}× of ${Math.round(one).toLocaleString("en")}/s`;
  return ["echo over `--fronts 2` against one front", "no slower", text];
}

async function measure(more, measureMs) {
  const command = ({ port }) => [
    process.execPath,
    paths.cli,
    "serve",
    paths.app,
    "--port",
    String(port),
    ...more,
  ];
  const result = await echo.measure(
    { name: "parlor", protocol: "raw", command },
    { warmMs: 1500, measureMs },
  );
  return result.perSecond;
}
