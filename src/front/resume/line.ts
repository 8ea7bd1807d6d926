// Front: the part of a session of `parlor.v1` that outlives its connections.
import type { Timer } from "../../boundary/clock.ts";
import type { Session } from "../directory/session.ts";
import type { SeenPlace } from "../../boundary/rooms/seen-place.ts";
import type { SessionLine } from "../flow/inbound-share.ts";
import type { KeptFrames } from "./kept-frames.ts";
import type { Link } from "../outbox/session-queue.ts";
import { controlFrame, type ResumeRefusal } from "./control-frames.ts";
import { confirmed, freshSecret, type Secrets } from "./secrets.ts";

/** Counts the frames of the client, acknowledges them, and knows the connection that is in use. */
export class Line implements SessionLine {
  readonly session: Session;
  /** For how many seconds it waits for its client. */
  readonly seconds: number;
  /** What was sent and not acknowledged; null where the route does not resume. */
  readonly kept: KeptFrames | null;
  secrets: Secrets | null;
  /** The connection in use; null while there is none. */
  socket: Link | null = null;
  /** Numbered frames that have come from the client. */
  received = 0;
  /** Ends the session when its client has been away for too long. */
  timer: Timer | null = null;
  seen: Map<string, SeenPlace> | null = null;
  /** Why the client did not get the session that it asked for. */
  refusal: ResumeRefusal | null = null;
  readonly #ports: LinePorts;
  /** Null while there is nothing to count: most sessions are idle. */
  #counts: Counts | null = null;

  constructor(session: Session, { kept, seconds }: Pick<Line, "kept" | "seconds">, ports: LinePorts) {
    this.session = session;
    this.kept = kept;
    this.secrets = kept === null ? null : freshSecret();
    this.seconds = seconds;
    this.#ports = ports;
  }

  get isAway(): boolean {
    return this.timer !== null;
  }

  /** A numbered frame has come. The client is notified after 64 KiB, or after a second. */
  count(bytes: number): void {
    this.received += 1;
    if (this.kept === null) return;
    const counts = this.#counted();
    if (counts.frames === 0) this.#ports.reportLater(this);
    counts.frames += 1;
    counts.bytes += bytes + LEAST_BYTES;
    if (counts.bytes >= REPORTED_FROM) this.report();
  }

  /** Notifies the client of what has come, unless it knows. */
  report(): void {
    if (this.socket === null || !this.#isUnreported) return;
    this.#reported();
    this.write(controlFrame({ type: "ack", received: this.received }));
  }

  /** The next connection begins with a welcome, which says what has come. */
  connect(socket: Link): void {
    this.socket = socket;
    this.timer?.cancel();
    this.timer = null;
    this.#reported();
  }

  /** The client has the secret of its connection. */
  confirm(): void {
    if (this.secrets !== null) this.secrets = confirmed(this.secrets);
  }

  /** Writes a control frame, unless the client reads so slowly that such frames would pile up. */
  write(frame: Buffer): void {
    const { socket } = this;
    if (socket?.readyState === OPEN && socket.rawSocket.writableLength < MOST_UNSENT)
      socket.rawSocket.write(frame);
  }

  /** The client asks. Returns how many of its requests are not over. */
  asked(): number {
    return (this.#counted().calls += 1);
  }

  answered(): void {
    this.#counted().calls -= 1;
  }

  get #isUnreported(): boolean {
    return this.#counts !== null && this.#counts.frames > 0;
  }

  /** The client knows what has come. */
  #reported(): void {
    if (this.#counts === null) return;
    this.#counts.frames = this.#counts.bytes = 0;
    if (this.#counts.calls === 0) this.#counts = null;
  }

  end(): void {
    this.timer?.cancel();
    this.timer = null;
    this.kept?.end();
    this.#ports.onEnd(this);
  }

  #counted(): Counts {
    return (this.#counts ??= { frames: 0, bytes: 0, calls: 0 });
  }
}

interface Counts {
  /** Numbered frames that have come, and of which the client has not been notified. */
  frames: number;
  /** Of those frames. */
  bytes: number;
  /** Its requests that are not over. */
  calls: number;
}

/** The line of a session of `parlor.v1`. Only here the type of `line` is known. */
export function lineOf(session: Session): Line {
  return session.inbound.line as Line;
}

/** What a line needs of its owner. */
export interface LinePorts {
  /** `report` is wanted within a second. */
  reportLater(line: Line): void;
  onEnd(line: Line): void;
}

const OPEN = 1;
/** A frame counts for this many bytes beside its own, so that empty ones are acknowledged, too. */
const LEAST_BYTES = 1;
const REPORTED_FROM = 65_536;
const MOST_UNSENT = 65_536;
