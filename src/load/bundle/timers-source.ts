// Load: the sources that scripts get in place of Node's timer modules.
// A script's imports from `node:timers` must be the timers of its globals. Others would outlive its instance and run
// in real time under a virtual clock.
const timers = `
const a = setTimeout, b = setInterval, c = setImmediate;
const d = clearTimeout, e = clearInterval, f = clearImmediate;
export { a as setTimeout, b as setInterval, c as setImmediate };
export { d as clearTimeout, e as clearInterval, f as clearImmediate };
export default {
  setTimeout: a, setInterval: b, setImmediate: c, clearTimeout: d, clearInterval: e, clearImmediate: f,
};
`;

const promises = `
function abortion(signal) {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}
function wait(begin, end, value, { signal, ref = true } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortion(signal));
    const stop = () => { end(timer); reject(abortion(signal)); };
    const timer = begin(() => { signal?.removeEventListener("abort", stop); resolve(value); });
    if (!ref) timer?.unref?.();
    signal?.addEventListener("abort", stop, { once: true });
  });
}
function timeout(delay, value, options) {
  return wait((done) => setTimeout(done, delay), (timer) => clearTimeout(timer), value, options);
}
function immediate(value, options) {
  return wait((done) => setImmediate(done), (timer) => clearImmediate(timer), value, options);
}
async function* interval(delay, value, { signal, ref = true } = {}) {
  if (signal?.aborted) throw abortion(signal);
  let due = 0, wake = () => {};
  const timer = setInterval(() => { due++; wake(); }, delay);
  if (!ref) timer?.unref?.();
  const stop = () => wake();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      if (due === 0 && !signal?.aborted) await new Promise((resolve) => { wake = resolve; });
      if (signal?.aborted) throw abortion(signal);
      for (; due > 0; due--) yield value;
    }
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
}
const scheduler = { wait: (delay, options) => timeout(delay, undefined, options), yield: () => immediate() };
export { timeout as setTimeout, immediate as setImmediate, interval as setInterval, scheduler };
export default { setTimeout: timeout, setImmediate: immediate, setInterval: interval, scheduler };
`;

/** The source of a timer module as scripts see it; undefined for any other import. */
export function timersSource(source: string): string | undefined {
  const name = source.replace(/^node:/, "");
  if (name === "timers") return timers;
  return name === "timers/promises" ? promises : undefined;
}
