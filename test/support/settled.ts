/** Resolves when handlers, their promises, commits and events have run, as far as no time must pass. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise(setImmediate);
}
