// Boundary: plays recorded commands on the parts of the front that carry them out.
import {
  SEND,
  CLOSE,
  JOIN,
  LEAVE,
  BROADCAST,
  PUBLISH,
  SET_ATTRIBUTE,
  ACCEPT,
  SEND_WITH,
  BROADCAST_WITH,
  PUBLISH_WITH,
  REPORT,
  SEND_ENVELOPE,
  JOIN_WITH,
  REFUSE,
  RESPOND,
  WRITE,
  FAIL,
  CLAIM,
  CONNECT,
  SEND_CLIENT,
  CLOSE_CLIENT,
} from "../codes/command-numbers.ts";
import type {
  CommandList,
  CommandReceivers,
  HttpCommands,
  ProgramCommands,
  ResponseHead,
  SessionCommands,
} from "../commands.ts";
import type { JoinOptions } from "../rooms/join-options.ts";
import type { MessageOptions, SlowPolicy } from "../flow/slow-policy.ts";
import type { Payload } from "../payload.ts";
import type { RouteClaim } from "../questions.ts";
import type { ClientRef, RequestRef, SessionRef } from "../refs.ts";
import type { ScriptKey } from "../script-key.ts";
import type { Headers, UpgradeAnswer } from "../text/upgrade-answer.ts";
import type { StoredValue } from "../stored-value.ts";

/** Plays recorded commands, in order, on the parts that carry them out. */
export function playCommands(list: CommandList, on: CommandReceivers): void {
  playSome(list, 0, on, Infinity);
}

/** Plays up to `most` commands from `at` on. Returns where the next one starts. */
export function playSome(list: CommandList, at: number, on: CommandReceivers, most: number): number {
  let next = at;
  for (let left = most; left > 0 && next < list.length; left -= 1) next = playOne(list, next, on);
  return next;
}

// Returns where the next command starts. The frequent ones are compared first.
function playOne(list: CommandList, at: number, { sessions, http, programs }: CommandReceivers): number {
  const code = list[at] as number;
  if (code <= REFUSE || code >= REPORT) return playSession(list, at, sessions);
  if (code <= FAIL) return playHttp(list, at, http);
  return playProgram(list, at, programs);
}

function playSession(list: CommandList, at: number, on: SessionCommands): number {
  const session = list[at + 1] as SessionRef;
  switch (list[at]) {
    case SEND:
      on.send(session, list[at + 2] as Payload);
      return at + 3;
    case BROADCAST:
      on.broadcast(list[at + 1] as string, list[at + 2] as Payload, list[at + 3] as number);
      return at + 4;
    case PUBLISH:
      on.publish(list[at + 1] as string, list[at + 2] as Payload, list[at + 3] as number);
      return at + 4;
    case JOIN:
      on.join(session, list[at + 2] as string);
      return at + 3;
    case LEAVE:
      on.leave(session, list[at + 2] as string);
      return at + 3;
    case CLOSE:
      on.close(session, list[at + 2] as number, list[at + 3] as string);
      return at + 4;
    case SET_ATTRIBUTE:
      on.setAttribute(session, list[at + 2] as string, list[at + 3] as StoredValue | undefined);
      return at + 4;
    case ACCEPT:
      on.accept(session, list[at + 2] as UpgradeAnswer);
      return at + 3;
    case REPORT:
      on.report(session, list[at + 2] as string, list[at + 3] as string, list[at + 4] as string | null);
      return at + 5;
    case SEND_ENVELOPE:
      on.envelope(session, list[at + 2] as string);
      return at + 3;
    case REFUSE:
      on.refuse(session, list[at + 2] as number, list[at + 3] as string, list[at + 4] as Headers);
      return at + 5;
    case JOIN_WITH:
      on.join(session, list[at + 2] as string, joinOptionsAt(list, at + 3));
      return at + 5;
    default:
      return playWithOptions(list, at, on);
  }
}

function playWithOptions(list: CommandList, at: number, on: SessionCommands): number {
  const [code, to, data, except] = [list[at], list[at + 1], list[at + 2] as Payload, list[at + 3] as number];
  switch (code) {
    case SEND_WITH:
      on.send(to as SessionRef, data, optionsAt(list, at + 3));
      return at + 5;
    case BROADCAST_WITH:
      on.broadcast(to as string, data, except, optionsAt(list, at + 4));
      return at + 6;
    case PUBLISH_WITH:
      on.publish(to as string, data, except, optionsAt(list, at + 4));
      return at + 6;
    default:
      return refuseUnknown(list, at);
  }
}

function optionsAt(list: CommandList, at: number): MessageOptions {
  return { key: list[at] as string | null, slow: list[at + 1] as SlowPolicy | null };
}

function joinOptionsAt(list: CommandList, at: number): JoinOptions {
  return { history: list[at] as boolean, presence: list[at + 1] as string | null };
}

function playHttp(list: CommandList, at: number, on: HttpCommands): number {
  const request = list[at + 1] as RequestRef;
  switch (list[at]) {
    case RESPOND:
      on.respond(request, list[at + 2] as ResponseHead);
      return at + 3;
    case WRITE:
      on.write(request, list[at + 2] as Payload | null, list[at + 3] as boolean);
      return at + 4;
    case FAIL:
      on.fail(request);
      return at + 2;
    default:
      return refuseUnknown(list, at);
  }
}

function playProgram(list: CommandList, at: number, on: ProgramCommands): number {
  const client = list[at + 1] as ClientRef;
  switch (list[at]) {
    case CLAIM:
      on.claim(list[at + 1] as ScriptKey, list[at + 2] as readonly RouteClaim[]);
      return at + 3;
    case CONNECT:
      on.connect(list[at + 1] as ScriptKey, list[at + 2] as ClientRef, {
        url: list[at + 3] as string,
        once: list[at + 4] as string | null,
      });
      return at + 5;
    case SEND_CLIENT:
      on.sendClient(client, list[at + 2] as Payload);
      return at + 3;
    case CLOSE_CLIENT:
      on.closeClient(client, list[at + 2] as number, list[at + 3] as string);
      return at + 4;
    default:
      return refuseUnknown(list, at);
  }
}

function refuseUnknown(list: CommandList, at: number): never {
  throw new Error(`unknown command ${String(list[at])} at ${at}`);
}
