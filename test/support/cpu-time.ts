/** CPU time that a call takes, ms. Beside other programs it takes longer by the clock, and no more of this. */
export async function cpuTime(run: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
