// Two rules for tests: a name is a sentence that stands alone, and no test waits for the wall clock.
// `node scripts/test-rules.js` prints each breach; with `--names` it also prints names that deserve a look.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { root } from "./tools.js";

/** First words that hang on the test before, or that name nothing. */
const HANGING =
  /^(?:nor|and|so|its|it|of|that|as|but|or|than|whoever|nobody|somebody|everybody|someone|anybody|no one|one (?:that|with|who|which|whose|for|of)|what|who)\b/i;

/** First words that are right behind a `describe` only. */
const NEEDS_A_SUBJECT = /^(?:in|is|are|was|were|has|does|do|goes)\b/i;
const FEWEST_WORDS = 4;

/** Bets on the speed of the machine: a wait of more than 5 ms by the clock, or a loop until a time has come. */
const CLOCK_WAITS = [
  /\bsetTimeout\([^;\n]*,\s*(?:\d[\d_]+|[6-9])\s*\)/,
  /\bnew Promise\(\((\w+)\) => setTimeout\(\1, [a-z]\w*\)\)/,
  /\bAtomics\.wait\([^;\n]*,\s*\d[\d_]+\s*\)/,
  /\b(?:Date|performance)\.now\(\) </,
  /\b(?:import|const)\b.*\b(?:setTimeout|setInterval|scheduler)\b.*["'](?:node:)?timers\/promises["']/,
];

/** Files that may use the clock, each with the reason. */
const CLOCK_ALLOWED = new Map([
  [
    "test/examples/chat-offline.slow.test.ts",
    "a window is offline for ten seconds of real time: the browser and its timers are what is tested",
  ],
  [
    "test/cluster/support/pause.ts",
    "an engine or a node stands still for leases of real time: that time is what is tested",
  ],
  [
    "test/abuse/support/ways.ts",
    "puts packets 5 ms apart, so that each is read alone; a shorter pause tests less",
  ],
  ["test/support/idle-loop.ts", "the endless loop of a script: no test waits for it to end"],
  ["test/support/timed-runner.ts", "compares a moment with the clock; it waits for nothing"],
  [
    "test/load/bundle/bundle.test.ts",
    "its scripts import timers of Node and get those of the test's own globals, which hold no clock",
  ],
  ["test/abuse/support/measure-ways.ts", "gives a server seconds to collect its garbage, ten looks each"],
  [
    "test/abuse/machine-rows.slow.test.ts",
    "a machine lacks something for seconds of real time: that time is what is tested",
  ],
  ["test/abuse/support/honest-worker.ts", "measures how long a server takes to reply while it is attacked"],
  [
    "test/reliability/backlog.test.ts",
    "each message takes 0.1 ms of work, so that a backlog builds up; longer is fine",
  ],
  [
    "test/reliability/waiting-share.test.ts",
    "a script stands still for 1.5 s while its clients send; a longer time tests the same",
  ],
  [
    "test/host/kinds/faults.test.ts",
    "gives a dead thread 20 ms to look dead; a shorter wait tests less, and still passes",
  ],
  [
    "test/host/ticks/tick-pace.test.ts",
    "blocks the front for 600 ms of real time; a longer block passes as well",
  ],
  [
    "test/cli/lifetime/signals.test.ts",
    "two signals within a moment are one keystroke: the second comes 300 ms later; later is fine",
  ],
  [
    "test/cli/stuck.slow.test.ts",
    "a server stands still, or is stopped, for seconds of real time: that time is what is tested",
  ],
  [
    "test/reliability/backpressure.slow.test.ts",
    "measures the delay of replies over 8 s of real time, beside a script that attacks",
  ],
  ["test/server/saves.test.ts", "waits 1 s in which nothing more may be reloaded; a longer wait tests more"],
  [
    "test/suites/host.suite.ts",
    "handlers work for some milliseconds, so that their batch is cut; longer is fine",
  ],
]);

const breaches = [];
const remarks = [];
for (const file of testFiles()) inspect(file);
for (const line of process.argv.includes("--names") ? [...breaches, ...remarks] : breaches) console.log(line);
process.exitCode = breaches.length === 0 ? 0 : 1;

function testFiles() {
  return readdirSync(join(root, "test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((file) => !file.includes("/fixtures/"))
    .sort();
}

function inspect(file) {
  const text = readFileSync(join(root, file), "utf8");
  if (!file.startsWith("test/soak/") && !CLOCK_ALLOWED.has(file)) inspectClock(file, text);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  inspectNames(source, { file, hasSubject: false });
}

function inspectClock(file, text) {
  text.split("\n").forEach((line, index) => {
    if (CLOCK_WAITS.some((pattern) => pattern.test(line)))
      breaches.push(`${file}:${index + 1} waits for the clock; open a gate instead (test/support/gate.ts)`);
  });
}

function inspectNames(node, place) {
  let { hasSubject } = place;
  if (ts.isCallExpression(node)) {
    const kind = kindOf(node.expression);
    const name = kind === null ? null : titleOf(node.arguments[0]);
    if (name !== null) judge(name, kind, { ...place, line: lineOf(node) });
    if (kind === "describe") hasSubject = true;
  }
  ts.forEachChild(node, (child) => inspectNames(child, { ...place, hasSubject }));
}

/** `test`, `it`, `describe`, or `row` of `test/abuse`, also as `test.each([...])` or `test.skipIf(...)`. */
function kindOf(expression) {
  if (ts.isIdentifier(expression))
    return /^(?:test|it|describe|row)$/.test(expression.text) ? expression.text : null;
  if (ts.isPropertyAccessExpression(expression)) return kindOf(expression.expression);
  if (ts.isCallExpression(expression)) return kindOf(expression.expression);
  return null;
}

/** What a title begins with; null when it begins with a value. */
function titleOf(title) {
  if (title === undefined) return null;
  if (ts.isStringLiteralLike(title)) return title.text;
  return ts.isTemplateExpression(title) && title.head.text !== "" ? `${title.head.text}…` : null;
}

function judge(name, kind, { file, line, hasSubject }) {
  const where = `${file}:${line} ${kind} "${name}"`;
  if (HANGING.test(name)) breaches.push(`${where}: begin with what the test is about`);
  else if (kind === "describe") return;
  else if (!hasSubject && NEEDS_A_SUBJECT.test(name)) breaches.push(`${where}: has no subject`);
  else if (!hasSubject && !name.includes("…") && name.split(/\s+/).length < FEWEST_WORDS)
    remarks.push(`${where}: short`);
}

function lineOf(node) {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
