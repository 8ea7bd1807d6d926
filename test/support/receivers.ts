import type { CommandReceivers, HttpCommands, ProgramCommands } from "../../src/boundary/commands.ts";

const ignore = (): void => undefined;

/** Receives the HTTP commands of a host and does nothing. */
export const NO_HTTP: HttpCommands = { respond: ignore, write: ignore, fail: ignore };

/** Receives the commands of programs and does nothing. */
export const NO_PROGRAMS: ProgramCommands = {
  claim: ignore,
  connect: ignore,
  sendClient: ignore,
  closeClient: ignore,
};

/** Receivers for a host that commands sessions only. */
export function sessionsOnly(sessions: CommandReceivers["sessions"]): CommandReceivers {
  return { sessions, http: NO_HTTP, programs: NO_PROGRAMS };
}
