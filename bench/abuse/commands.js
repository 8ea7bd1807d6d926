/** Does what a message asks for, by the calls that the server under attack has. All four servers run this code. */
export function handle(text, calls) {
  const { verb, name = "", value = "" } = JSON.parse(text);
  const command = commands[verb];
  return command === undefined ? calls.send(text) : command(calls, name, value);
}

const commands = Object.assign(Object.create(null), {
  echo: (calls, _name, value) => calls.send(value),
  join: (calls, name) => calls.join(name),
  say: (calls, name, value) => calls.say(name, value),
  keep: (calls, name, value) => calls.keep(name, value),
  close: (calls) => calls.close(),
  id: (calls) => calls.send(calls.id()),
  send: (calls, id, value) => calls.sendTo(id, value),
  pulse: (calls, name, value) => {
    const [bytes, everyMs] = value.split(" ").map(Number);
    setInterval(() => calls.say(name, "x".repeat(bytes)), everyMs);
  },
  polluted: (calls) => calls.send(`polluted: ${"x" in {} || "polluted" in {}}`),
  throw: () => {
    throw new Error("thrown");
  },
  reject: () => Promise.reject(new Error("rejected")),
  timer: () =>
    void setTimeout(() => {
      throw new Error("thrown in a timer");
    }, 0),
  loop: () => {
    const end = Date.now() + 8000;
    while (Date.now() < end);
  },
  objects: () => {
    const kept = [];
    for (;;) kept.push({ text: `${kept.length}` });
  },
  map: () => {
    const kept = new Map();
    for (;;) kept.set(kept.size, kept.size);
  },
  buffers: () => {
    const kept = [];
    const timer = setInterval(() => {
      kept.push(Buffer.alloc(20_000_000, 1));
      if (kept.length >= 100) clearInterval(timer);
    }, 5);
  },
  timers: (calls) => {
    for (let count = 0; count < 1_000_000; count += 1) setTimeout(() => undefined, 1);
    calls.send("timers");
  },
  closes: (calls) => {
    for (let count = 0; count < 1000; count += 1) calls.close();
    calls.send("after the close");
  },
});
