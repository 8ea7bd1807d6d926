/** From this share of a core on, the machine was not ours. */
const OTHERS_BUSY = 0.15;

/** The share of a core that each took, and whether other programs disturbed the measurement. */
export function loadsOf({ seconds, serverCpu, generatorCpu, machineCpu }) {
  const generatorLoad = generatorCpu / seconds;
  if (serverCpu === null || machineCpu === null) return { generatorLoad };
  const serverLoad = serverCpu / seconds;
  const othersLoad = machineCpu / seconds - serverLoad - generatorLoad;
  return { serverLoad, generatorLoad, othersLoad, disturbed: othersLoad > OTHERS_BUSY };
}
