// Rows of the benchmark about messages: deliveries and latency across two nodes, beside Socket.IO, and cut subscriptions.
import { setTimeout as sleep } from "node:timers/promises";
import { paths } from "../lib/paths.js";
import { counted, members, sendAll, startNode, startSocketIo, stateOf, until } from "./nodes.js";

const TEXT = "x".repeat(100);
const EACH = 100;
const WINDOW = 64;
const RATE = 100;

export async function broadcastRows(engine, options) {
  const figures = [];
  for (const start of [(url) => startNode(url, paths.app), startSocketIo]) {
    const nodes = [await start(engine.url), await start(engine.url)];
    try {
      figures.push(await broadcast(nodes, options));
    } finally {
      await Promise.all(nodes.map(async (node) => node.stop()));
    }
  }
  const [own, peer] = figures;
  const row = (name, target, key, show) => {
    const ratio = `${(own[key] / peer[key]).toFixed(2)}×`;
    return [
      `broadcast across two nodes, 100 B: ${name}`,
      target,
      `${show(own[key])} beside ${show(peer[key])}: ${ratio}`,
    ];
  };
  const ms = (time) => `${time.toFixed(2)} ms`;
  return [
    row("deliveries/s", "≥ 10×", "perSecond", (count) => Math.round(count).toLocaleString("en")),
    row(`p50 with ${WINDOW} in flight`, "≤ 0.5×", "busy", ms),
    row(`p50 at ${RATE} messages/s`, "≤ 0.5×", "calm", ms),
  ];
}

/** A client of A publishes; the pace is what a client of B receives, and times are those of clients of B. */
async function broadcast([a, b], { measureMs }) {
  const [near, far] = [await members(a, EACH, "fanout"), await members(b, EACH, "fanout")];
  const all = [...near.connections, ...far.connections];
  const [publisher, receiver] = [near.connections[0], far.connections[0]];
  await heard(publisher, receiver, near.frame("hello"));
  await sleep(1500);
  const message = { frame: near.frame(TEXT), length: near.deliveryLength(TEXT) };
  for (const connection of all) connection.beginCounting();
  const calm = await calmLatency(publisher, far.connections, { ...message, measureMs });
  for (const connection of all) connection.beginCounting();
  const flood = await floodFrom(publisher, { receiver, all }, { ...message, measureMs });
  for (const clients of [near, far]) clients.close();
  return { ...flood, calm };
}

async function heard(publisher, receiver, frame) {
  let isHeard = false;
  receiver.onText = () => (isHeard = true);
  await until(async () => {
    publisher.write(frame);
    return isHeard;
  });
}

/** Notes the time of each message that a connection receives, whose number is in the bytes before it. */
function noteTimes(connection, length, { sentAt, times }) {
  let seen = 0;
  return () => {
    const at = performance.now();
    for (; (seen + 1) * length <= connection.bytes; seen += 1) times.push(at - sentAt[seen]);
  };
}

async function calmLatency(publisher, receivers, { frame, length, measureMs }) {
  const notes = { sentAt: [], times: [] };
  for (const receiver of receivers) receiver.onBytes = noteTimes(receiver, length, notes);
  for (let left = (RATE * measureMs) / 1000; left > 0; left -= 1) {
    notes.sentAt.push(performance.now());
    publisher.write(frame);
    await sleep(1000 / RATE);
  }
  await until(async () => notes.times.length === notes.sentAt.length * receivers.length);
  for (const receiver of receivers) receiver.onBytes = () => {};
  return medianOf(notes.times);
}

async function floodFrom(publisher, { receiver, all }, { frame, length, measureMs }) {
  const notes = { sentAt: [], times: [] };
  const note = noteTimes(receiver, length, notes);
  const pump = () => {
    note();
    const due = WINDOW + Math.floor(receiver.bytes / length) - notes.sentAt.length;
    if (due <= 0) return;
    for (let count = 0; count < due; count += 1) notes.sentAt.push(performance.now());
    publisher.write(Buffer.concat(Array.from({ length: due }, () => frame)));
  };
  receiver.onBytes = pump;
  pump();
  await sleep(1000);
  const sum = () => all.reduce((total, { bytes }) => total + bytes, 0);
  const [before, start] = [sum(), performance.now()];
  await sleep(measureMs);
  const perSecond = ((sum() - before) / length / (performance.now() - start)) * 1000;
  receiver.onBytes = () => {};
  return { perSecond, busy: medianOf(notes.times) };
}

function medianOf(times) {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];
}

export async function cutRow(engine, count = 20_000) {
  const nodes = [await startNode(engine.url), await startNode(engine.url)];
  const [near, far] = [await members(nodes[0], 1), await members(nodes[1], 1)];
  try {
    sendAll(far, "join");
    await counted(nodes, 1);
    let got = 0;
    far.connections[0].onText = () => (got += 1);
    for (let sent = 1; sent <= count; sent += 1) {
      near.connections[0].write(near.frame(String(sent)));
      if (sent % 5000 === 2500) engine.cut();
      if (sent % 50 === 0) await sleep(1);
    }
    let lost = 0;
    await until(async () => {
      const [a, b] = await Promise.all(nodes.map(async (node) => stateOf(node)));
      lost = a.cluster.dropped.engineDown + b.cluster.dropped.lost;
      return got + lost >= count;
    });
    await sleep(2000);
    const sum = `${got} received + ${lost} counted = ${got + lost}`;
    return [
      `${count.toLocaleString("en")} numbered messages, subscriptions cut 4 times`,
      "= 20,000 exactly",
      sum,
    ];
  } finally {
    for (const clients of [near, far]) clients.close();
    await Promise.all(nodes.map(async (node) => node.stop()));
  }
}
