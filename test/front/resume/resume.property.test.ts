import fc from "fast-check";
import { expect, test } from "vitest";
import { Room, Session } from "../../../src/front/directory/session.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { lineWatcher } from "../../../src/front/resume/line-watcher.ts";
import { Lines } from "../../../src/front/resume/lines.ts";
import { lineOffer } from "../../../src/boundary/text/line-offer.ts";
import type { SessionSocket, SocketWatcher } from "../../../src/front/websocket/session-socket.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { decodeFrames } from "../../support/server-frames.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const CLIENTS = 3;
const SECONDS = 30;
const MESSAGES = 40;

type Broadcast = { do: "broadcast" | "bytes"; length: number };

type Step =
  | Broadcast
  | { do: "send"; who: number; length: number }
  | { do: "says" | "ack" | "ready" | "cut" | "notice" | "return" | "stall" | "drain"; who: number }
  | { do: "up" | "down"; who: number; count: number }
  | { do: "flush" }
  | { do: "wait"; ms: number };

const who = fc.nat(CLIENTS - 1);
const length = fc.oneof(
  { weight: 9, arbitrary: fc.nat(60) },
  { weight: 1, arbitrary: fc.constantFrom(126, 5000) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom("broadcast" as const, "bytes" as const), length }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("send" as const), who, length }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom("says" as const, "ack" as const, "ready" as const), who }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom("up" as const, "down" as const), who, count: fc.nat(12) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("cut" as const, "notice" as const, "return" as const, "return" as const),
      who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("stall" as const, "drain" as const), who }) },
  { weight: 8, arbitrary: fc.constant({ do: "flush" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 1000, 12_000, 31_000) }),
  },
);

/** What was sent in one session, in both directions, and what arrived. */
class Talk {
  readonly session: Session;
  readonly sent: string[] = [];
  readonly heard: string[] = [];
  awaySince = 0;
  isClosed = false;
  /** Whether its client read too slowly, for which the server closes it. */
  isCut = false;

  constructor(session: Session) {
    this.session = session;
  }
}

/** A client as docs/protocol.md describes one, on a network that loses what is under way. */
class ModelClient {
  talk!: Talk;
  received: string[] = [];
  said: string[] = [];
  acknowledged = 0;
  token = "";
  socket: (FakeSocket & { session: Session }) | null = null;
  /** Frames of the server's that have been read from the socket. */
  read = 0;
  /** Under way to the server. */
  up: [Buffer, boolean][] = [];
  isCut = true;
  saidInAll = 0;
}

class World {
  readonly clock = new VirtualClock();
  readonly outbox = new TurnOutbox(this.clock, { deflateThreshold: 40 });
  readonly route = new Room("/ws");
  readonly sessions = new Map<string, Session>();
  readonly talks = new Map<Session, Talk>();
  readonly lines: Lines;
  readonly watcher: SocketWatcher;
  readonly clients = Array.from({ length: CLIENTS }, () => new ModelClient());
  #refs = 0;
  #sockets = 0;
  #messages = 0;
  #unflushed = 0;
  #largest = 0;

  constructor() {
    const { clock, outbox } = this;
    const directory = {
      sessionById: (id: string) => this.sessions.get(id),
      hasPeer: () => false,
      setAway: () => undefined,
    };
    this.lines = new Lines(
      {
        clock,
        outbox,
        front: { directory, push: () => undefined },
        listener: { onClosed: (session) => this.#close(session), onLimit: () => undefined },
      },
      {
        resumeMessages: MESSAGES,
        resumeBytes: 1 << 20,
        maxAway: 1000,
        unsentTotal: 1 << 30,
        heartbeat: 0,
        boot: "boot",
        hasNodes: false,
      },
    );
    const ignored = (): void => undefined;
    const plain: SocketWatcher = {
      ...{ onMessage: ignored, onPong: ignored, onPing: ignored, onInvalid: ignored, onFailed: ignored },
      onDecided: ({ session }, code) => {
        const talk = this.talks.get(session);
        if (talk !== undefined) talk.isCut ||= code === 1013;
        this.#close(session);
      },
      onGone: ignored,
    };
    this.watcher = lineWatcher(plain, {
      onMessage: (session, data) => {
        const text = typeof data === "string" ? data : `<${Buffer.from(data).toString()}>`;
        this.talks.get(session)?.heard.push(text);
      },
      onEnvelope: () => "none",
      onLost: (line) => {
        const talk = this.talks.get(line.session);
        if (talk !== undefined) talk.awaySince = clock.ticks();
        return this.lines.lost(line);
      },
      mayBeat: () => true,
    });
    for (const client of this.clients) this.#connect(client);
  }

  play(action: Step): void {
    if (action.do === "flush") this.#flush();
    else if (action.do === "wait") this.clock.advance(action.ms);
    else if (!("who" in action)) this.#broadcast(action);
    else if (action.do === "send") this.#send(action.who, this.#text(action.length));
    else this.#act(action, this.clients[action.who] as ModelClient);
    this.check();
  }

  /** All come back and read what is left. */
  settle(): void {
    this.#flush();
    for (const client of this.clients) {
      client.socket?.drain();
      this.#act({ do: "return", who: 0 }, client);
      client.socket?.drain();
    }
    for (const client of this.clients) {
      this.#act({ do: "down", who: 0, count: Infinity }, client);
      this.#act({ do: "up", who: 0, count: Infinity }, client);
    }
    this.check();
    for (const { talk, received, said } of this.clients) {
      expect(received).toEqual(talk.sent);
      expect(talk.heard).toEqual(said);
    }
    const { offered, delivered, queued, cutSlow, ...dropped } = this.outbox.counts;
    expect(cutSlow).toBeGreaterThanOrEqual(0);
    expect(delivered + queued + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(offered);
  }

  /** Nothing arrives twice, or out of order. */
  check(): void {
    for (const { talk, received, said } of this.clients) {
      expect(received).toEqual(talk.sent.slice(0, received.length));
      expect(talk.heard).toEqual(said.slice(0, talk.heard.length));
    }
  }

  #text(length: number): string {
    return `${(this.#messages += 1)}:`.padEnd(length, "x");
  }

  #broadcast({ do: kind, length: size }: Broadcast): void {
    const text = this.#text(size);
    this.outbox.broadcast(this.route, kind === "bytes" ? Buffer.from(text) : text, null);
    for (const session of this.route.members)
      this.talks.get(session)?.sent.push(kind === "bytes" ? `<${text}>` : text);
    this.#unflushed += 1;
  }

  #send(to: number, text: string): void {
    const { talk } = this.clients[to] as ModelClient;
    if (talk.isClosed) return;
    this.outbox.send(talk.session, text);
    talk.sent.push(text);
    this.#unflushed += 1;
  }

  #flush(): void {
    this.outbox.flush();
    this.#largest = Math.max(this.#largest, this.#unflushed);
    this.#unflushed = 0;
  }

  #act(action: Step & { who: number }, client: ModelClient): void {
    const { socket } = client;
    if (action.do === "return") return this.#connect(client);
    if (socket === null) return;
    if (action.do === "cut") client.isCut = true;
    if (action.do === "notice" && client.isCut) this.#notice(client);
    if (action.do === "stall") socket.isStalled = true;
    if (action.do === "drain") socket.drain();
    if (client.isCut) return;
    if (action.do === "says") this.#say(client);
    if (action.do === "ack") this.#control(client, { type: "ack", received: client.received.length });
    if (action.do === "ready") this.#control(client, { type: "ready" });
    if (action.do === "down") this.#read(client, action.count);
    if (action.do === "up") this.#deliver(client, action.count);
  }

  // The server has found out that the connection is lost.
  #notice(client: ModelClient): void {
    const socket = client.socket as FakeSocket & { session: Session };
    socket.lose();
    this.watcher.onDecided(socket as unknown as SessionSocket, 1006, "");
    client.socket = null;
  }

  #say(client: ModelClient): void {
    const text = `said ${(client.saidInAll += 1)}`;
    const isBytes = client.saidInAll % 3 === 0;
    client.said.push(isBytes ? `<${text}>` : text);
    this.#write(client, client.said.length - 1);
  }

  #write(client: ModelClient, at: number): void {
    const text = client.said[at] as string;
    const isBytes = text.startsWith("<");
    client.up.push([Buffer.from(isBytes ? `\0${text.slice(1, -1)}` : text), isBytes]);
  }

  #control(client: ModelClient, content: object): void {
    client.up.push([Buffer.from(`\u0001${JSON.stringify(content)}`), true]);
  }

  #deliver(client: ModelClient, count: number): void {
    for (const [data, isBinary] of client.up.splice(0, count))
      this.watcher.onMessage(client.socket as unknown as SessionSocket, data, isBinary);
  }

  #read(client: ModelClient, count: number): void {
    const frames = decodeFrames(Buffer.concat((client.socket as FakeSocket).written));
    const { inflates } = client.socket as FakeSocket;
    for (const { opcode, payload, isCompressed } of frames.slice(client.read, client.read + count)) {
      if (isCompressed && !inflates) throw new Error("a compressed frame for a client that reads none");
      client.read += 1;
      if (opcode === 1) client.received.push(payload.toString());
      else if (payload[0] === 0) client.received.push(`<${payload.toString("utf8", 1)}>`);
      else if (opcode === 8) return;
      else if (opcode === 2) this.#heed(client, JSON.parse(payload.toString("utf8", 1)));
      else throw new Error(`opcode ${opcode}`);
    }
  }

  #heed(client: ModelClient, content: Record<string, unknown>): void {
    if (content["type"] === "ack") client.acknowledged = Number(content["received"]);
    if (content["type"] !== "welcome") return;
    client.token = String(content["token"]);
    if (content["resumed"] === false) this.#begin(client, content["reason"]);
    else client.acknowledged = Number(content["received"]);
    expect(content["sent"]).toBe(client.received.length);
    expect(client.acknowledged).toBeLessThanOrEqual(client.said.length);
    for (let at = client.acknowledged; at < client.said.length; at += 1) this.#write(client, at);
  }

  // The client has a fresh session: the reason must be the true one.
  #begin(client: ModelClient, reason: unknown): void {
    const { talk: old, received } = client;
    if (reason === "overflow")
      expect(old.sent.length - received.length + this.#largest).toBeGreaterThan(MESSAGES);
    else if (reason === "expired" && !old.isCut)
      expect(this.clock.ticks() - old.awaySince).toBeGreaterThanOrEqual(SECONDS * 1000);
    else if (reason === "expired") expect(old.isClosed).toBe(true);
    else expect(reason).toBe(null);
    client.talk = this.talks.get((client.socket as FakeSocket & { session: Session }).session) as Talk;
    client.received = [];
    client.said = [];
    client.acknowledged = 0;
  }

  #connect(client: ModelClient): void {
    client.isCut = false;
    client.up = [];
    client.read = 0;
    const entry = `parlor.resume.${client.received.length}.${client.token}`;
    const offer = client.token === "" ? null : (lineOffer(`parlor.v1, ${entry}`)?.resume ?? null);
    const claim = offer === null ? null : this.lines.claim(offer, "/ws");
    if (claim !== null && "line" in claim) {
      const { session } = claim.line;
      client.socket = this.#socketOf(session);
      this.lines.resume(client.socket, claim);
      this.outbox.attach(session, client.socket);
    } else {
      const session = this.#fresh();
      this.lines.start(session, SECONDS, { refused: claim, seen: null });
      client.talk ??= this.talks.get(session) as Talk;
      client.socket = this.#socketOf(session);
      this.route.members.add(session);
      this.lines.welcome(client.socket, session);
      this.outbox.attach(session, client.socket);
    }
    // The welcome arrives: without it there is no connection to the client.
    this.#read(client, 1);
  }

  // Like that of `ws`, it notifies of its close at once.
  #socketOf(session: Session): FakeSocket & { session: Session } {
    const socket = new FakeSocket((this.#sockets += 1) % 2 === 0);
    const close = socket.close.bind(socket);
    const made = Object.assign(socket, { session });
    made.close = (code, reason) => {
      if (made.readyState !== 1) return;
      close(code, reason);
      this.watcher.onDecided(made as unknown as SessionSocket, code, reason);
    };
    made.terminate = () => {
      made.lose();
      this.watcher.onDecided(made as unknown as SessionSocket, 1006, "");
    };
    return made;
  }

  #fresh(): Session {
    this.#flush();
    const id = `${(this.#refs += 1)}`.padStart(8, "0");
    const session = new Session(this.#refs, anyHandshake(id), { host: 1, route: this.route });
    session.state = "open";
    this.sessions.set(id, session);
    this.talks.set(session, new Talk(session));
    return session;
  }

  #close(session: Session): void {
    if (session.state !== "open") return;
    this.#flush();
    session.state = "closed";
    this.outbox.close(session, 1006, "");
    this.route.members.delete(session);
    this.outbox.flush();
    this.sessions.delete(session.handshake.id);
    session.inbound.end();
    const talk = this.talks.get(session);
    if (talk !== undefined) talk.isClosed = true;
  }
}

test("each side gets each message once and in order, or the client learns why it has a fresh session", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 150, size: "max" }), (steps) => {
      const world = new World();
      for (const action of steps) world.play(action);
      world.settle();
      expect(world.lines.figures.results.unknown).toBe(0);
    }),
    { numRuns: Number(process.env["PARLOR_RESUME_RUNS"] ?? 60) },
  );
});
