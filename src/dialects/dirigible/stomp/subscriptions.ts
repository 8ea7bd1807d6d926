// Dialect: the subscriptions of STOMP clients, and the rooms by which a topic's messages reach them.
import { messageOf } from "../../../boundary/checks.ts";
import type { Replica } from "../../../host/api/replica.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { subscriptionKind } from "./destination.ts";
import type { StompConnection, Subscription } from "./stomp-connection.ts";
import { StompError } from "./protocol/stomp-error.ts";
import type { StompVersion } from "./protocol/stomp-frame.ts";

/**
 * The frames of one topic differ by the subscription's id and by the version. Clients that agree in both are in one room:
 * a message to 10,000 clients is one broadcast. Most libraries count their subscriptions, so most clients agree.
 */
export class Subscriptions {
  readonly #directory: Replica;
  readonly #topics = new Map<string, Map<string, TopicRoom>>();

  constructor(directory: Replica) {
    this.#directory = directory;
  }

  /** Throws a StompError for a destination, an id or a number of subscriptions that cannot be. */
  add(session: HostSession, connection: StompConnection, subscription: Subscription): void {
    const kind = subscriptionKind(subscription.destination);
    const room = roomOf(connection, subscription);
    if (room.name.length > LONGEST)
      throw new StompError(
        "the destination and the id of a subscription are too long",
        `keep them within ${LONGEST - 30} characters`,
      );
    if (connection.subscriptions.has(subscription.id))
      throw new StompError(
        `there is a subscription with the id ${JSON.stringify(subscription.id)} already`,
        "give each subscription its own id",
      );
    if (connection.subscriptions.size >= MOST)
      throw new StompError(`there are ${MOST} subscriptions already`, "unsubscribe before you subscribe");
    if (kind === "topic") this.#join(session, subscription.destination, room);
    connection.subscriptions.set(subscription.id, subscription);
  }

  /** Throws a StompError for an id that no subscription has. */
  remove(session: HostSession, connection: StompConnection, id: string): void {
    const subscription = connection.subscriptions.get(id);
    if (subscription === undefined)
      throw new StompError(
        `no subscription has the id ${JSON.stringify(id)}`,
        "subscribe before you unsubscribe",
      );
    connection.subscriptions.delete(id);
    if (isTopic(subscription)) this.#leave(session, connection, subscription);
  }

  /** The client has gone. */
  removeAll(session: HostSession, connection: StompConnection): void {
    for (const subscription of connection.subscriptions.values())
      if (isTopic(subscription)) this.#leave(session, connection, subscription);
    connection.subscriptions.clear();
  }

  /** The subscriptions of a session that another incarnation has served: it is in their rooms already. */
  restore(connection: StompConnection): void {
    for (const subscription of connection.subscriptions.values())
      if (isTopic(subscription)) this.#enter(subscription.destination, roomOf(connection, subscription));
  }

  /** The rooms of all that have subscribed to a topic. */
  roomsOf(destination: string): Iterable<TopicRoom> {
    return this.#topics.get(destination)?.values() ?? [];
  }

  // The app may allow a session fewer rooms than the protocol does.
  #join(session: HostSession, destination: string, room: TopicRoom): void {
    try {
      this.#directory.join(session, room.name);
    } catch (error) {
      throw new StompError("the subscription is refused", messageOf(error));
    }
    this.#enter(destination, room);
  }

  #enter(destination: string, room: TopicRoom): void {
    const rooms = this.#topics.get(destination) ?? new Map<string, TopicRoom>();
    const known = rooms.get(room.name) ?? room;
    known.members += 1;
    rooms.set(room.name, known);
    this.#topics.set(destination, rooms);
  }

  #leave(session: HostSession, connection: StompConnection, subscription: Subscription): void {
    const { name } = roomOf(connection, subscription);
    const rooms = this.#topics.get(subscription.destination);
    const room = rooms?.get(name);
    if (rooms === undefined || room === undefined) return;
    room.members -= 1;
    if (room.members === 0) rooms.delete(name);
    if (rooms.size === 0) this.#topics.delete(subscription.destination);
    this.#directory.leave(session, name);
  }
}

/** The clients whose frames of a topic are the same. */
export interface TopicRoom {
  readonly name: string;
  readonly version: StompVersion;
  readonly subscription: Subscription;
  members: number;
}

/** The most subscriptions of one client. */
const MOST = 100;
/** The longest name of a room. */
const LONGEST = 255;

function roomOf({ version }: StompConnection, subscription: Subscription): TopicRoom {
  const { id, destination, hasId } = subscription;
  const name = `stomp:${JSON.stringify([version, hasId ? id : null, destination])}`;
  return { name, version: version ?? "1.0", subscription, members: 0 };
}

function isTopic({ destination }: Subscription): boolean {
  return subscriptionKind(destination) === "topic";
}
