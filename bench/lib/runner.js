/** What one subject gave in one scenario. */
function emptyEntry() {
  return { rounds: [], reason: null };
}

function note(message) {
  process.stderr.write(`${message}\n`);
}

/** The order turns by one each round, so that nobody always comes after the same neighbour. */
function turned(subjects, round) {
  const shift = round % subjects.length;
  return [...subjects.slice(shift), ...subjects.slice(0, shift)];
}

/** One measurement; a subject that fails is out for the rest of the scenario, with its reason. */
async function attempt(entry, label, measure) {
  if (entry.reason !== null) return;
  try {
    const metrics = await measure();
    if (metrics) entry.rounds.push(metrics);
    note(`  ${label}: ${metrics ? summaryOf(metrics) : "verified"}`);
  } catch (error) {
    entry.reason = error.message;
    note(`  ${label}: not measured: ${error.message}`);
  }
}

function summaryOf(metrics) {
  const show = (value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
  return Object.entries(metrics)
    .map(([key, value]) => `${key} ${show(value)}`)
    .join(", ");
}

/** Runs one scenario: all subjects in each round, so that a slow spell of the machine hits them alike. */
export async function runScenario(scenario, options) {
  const subjects = scenario.subjects(options.peers);
  const entries = new Map(subjects.map((subject) => [subject.name, emptyEntry()]));
  note(`${scenario.title}`);
  for (const subject of scenario.check ? subjects : []) {
    await attempt(entries.get(subject.name), `check ${subject.name}`, () => scenario.check(subject));
  }
  const rounds = scenario.rounds ? scenario.rounds(options.rounds) : options.rounds;
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of turned(subjects, round)) {
      const label = `round ${round + 1} of ${rounds}, ${subject.name}`;
      await attempt(entries.get(subject.name), label, () => scenario.measure(subject, options));
    }
  }
  return { scenario, entries, rounds };
}
