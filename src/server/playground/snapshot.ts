// Server: the messages of `/_parlor/events`: everything that the playground shows, as plain JSON data.

/** The first message of a subscription, and the body of a plain GET: the whole state. */
export interface PlaygroundSnapshot extends Sections {
  readonly type: "snapshot";
  /** The version of this format. It grows when a field changes its meaning or is removed; a new field does not change it. */
  readonly version: typeof SNAPSHOT_VERSION;
  /** When it was taken, ms since 1970. */
  readonly at: number;
}

/** A later message: the sections that have changed, each as a whole. */
export interface PlaygroundChange extends Partial<Sections> {
  readonly type: "change";
  readonly at: number;
}

/** The parts of the state. */
export interface Sections {
  readonly app: AppState;
  /** A row for each script, and one for the static files. */
  readonly routes: Listed<RouteState>;
  /** The rooms with most members first. */
  readonly rooms: Listed<RoomState>;
  /** The newest sessions first. */
  readonly sessions: Listed<SessionEntry>;
  /** Faults of scripts and problems of files, newest first. */
  readonly faults: Listed<FaultState>;
  /** Reloads, newest first. */
  readonly reloads: Listed<ReloadState>;
}

/** A bounded list: the entries that are shown, and how many there are. */
export interface Listed<Entry> {
  readonly total: number;
  readonly shown: readonly Entry[];
}

/** The app and its server. */
export interface AppState {
  /** The name of the app's folder, and its whole path. */
  readonly name: string;
  readonly folder: string;
  /** When the server started, ms since 1970. */
  readonly startedAt: number;
  /** The version of Node. */
  readonly node: string;
  /** Whether a saved file is reloaded. */
  readonly reloadsSaves: boolean;
}

/** A script and what clients can ask it for. */
export interface RouteState {
  readonly kind: "ws" | "http" | "cron" | "task" | "program" | "static";
  /** The path's pattern: `/ws/rooms/:id`; a task's name; empty for cron scripts and programs. */
  readonly route: string;
  /** Its file in the app: `ws/chat.ts`. */
  readonly script: string;
  readonly version: string;
  /** `"broken"` if the file does not load and no version of it serves; otherwise the state of its host, `"idle"` at rest. */
  readonly state: "idle" | "starting" | "serving" | "restarting" | "reloading" | "failed" | "broken";
  /** The paths that clients can ask for: its own, or those that a program has claimed. */
  readonly paths: readonly PathState[];
  /** Connected clients. */
  readonly sessions: number;
  /** Messages from and to clients of all scripts on its thread, since the server started. */
  readonly received: number;
  readonly sent: number;
  /** Ticks per second of a real-time route; null for others. */
  readonly tickRate: number | null;
  /** Its ticks in the last ten seconds, ms; null if there were none. */
  readonly ticks: TickState | null;
  /** A cron script's schedule. */
  readonly schedule: string | null;
  /** How often its thread has started after a crash or a hang, and with a new version. */
  readonly restarts: number;
  readonly reloads: number;
}

/** A path that a script serves. */
export interface PathState {
  readonly kind: "ws" | "http";
  /** Parameters are `:name`; the rest of a path is `**:name`. */
  readonly pattern: string;
  /** The program's own port; null for the server's. */
  readonly port: number | null;
}

/** How late ticks are, and how long they take, ms. */
export interface TickState {
  readonly lateness: { readonly p50: number; readonly p99: number };
  readonly cost: { readonly p50: number; readonly p99: number };
  /** Ticks that were left out since the thread started. */
  readonly skipped: number;
}

export interface RoomState {
  readonly name: string;
  readonly members: number;
}

/** A connected client. */
export interface SessionEntry {
  readonly id: string;
  readonly route: string;
  /** The path that it asked for, without the query, which may hold a secret. */
  readonly path: string;
  readonly address: string;
  readonly state: "connecting" | "open" | "closing" | "closed";
  readonly rooms: Listed<string>;
}

/** An error that a script threw, a file that does not load, or the end of a thread. */
export interface FaultState {
  readonly number: number;
  readonly kind: "fault" | "problem" | "crash";
  readonly script: string;
  readonly version: string;
  /** The code, for `docs/errors.md`; null if there is none. */
  readonly code: string | null;
  readonly text: string;
  /** The place in the script's own file; null if it is not known. */
  readonly place: FaultPlace | null;
  /** The lines around the place, as the file was when the fault came first; null if they could not be read. */
  readonly excerpt: Excerpt | null;
  /** When it came first and last, and how often. */
  readonly at: number;
  readonly lastAt: number;
  readonly count: number;
  /** When a reload ended it, ms since 1970; null while it may come again. */
  readonly endedAt: number | null;
}

export interface FaultPlace {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number | null;
}

/** Consecutive lines of a file. */
export interface Excerpt {
  /** The number of the first line, counted from 1. */
  readonly first: number;
  readonly lines: readonly string[];
}

/** A reload: after a save, or by `parlor reload`. */
export interface ReloadState {
  readonly number: number;
  readonly at: number;
  /** Scripts with a new version, and those that are no longer served. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** New versions that do not serve: the previous ones do. */
  readonly refused: readonly string[];
  /** Sessions that were connected, and stayed. */
  readonly sessions: number;
}

export const SNAPSHOT_VERSION = 1;

/** How many entries of each list are shown at most. */
export const SHOWN = { routes: 200, rooms: 100, sessions: 100, faults: 20, reloads: 20, names: 20 } as const;
/** Characters of a name or a text, at most. */
export const LONGEST = { name: 200, text: 4000, line: 200 } as const;

/** The first entries of a list, with their number. */
export function listed<From, To>(all: readonly From[], most: number, to: (entry: From) => To): Listed<To> {
  return { total: all.length, shown: all.slice(0, most).map(to) };
}

/** A text of at most `most` characters, so that one client's long name does not fill the page. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
