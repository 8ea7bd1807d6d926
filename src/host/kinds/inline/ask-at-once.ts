// Host: asks the front a question from its own thread, where waiting for the answer is not possible.
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { HostListener } from "../../../boundary/host.ts";
import type { Answer, Question } from "../../../boundary/questions.ts";

/** Without an answer at once the result is a refusal; a port that is opened later is closed again. */
export function askAtOnce(listener: HostListener, question: Question): Answer {
  let given: Answer | null = null;
  let isOver = false;
  listener.onQuestion(withoutWildcard(question), (answer) => {
    if (!isOver) given = answer;
    else if (answer.ok) listener.onQuestion({ ...question, kind: "unlisten" }, () => undefined);
  });
  isOver = true;
  return given ?? { ok: false, reason: notAtOnce(question) };
}

/** The snapshot, which the front gives a host in its own thread at once. */
export function followAtOnce(listener: HostListener): Snapshot {
  let given: Snapshot = [];
  listener.onFollow((snapshot) => (given = snapshot));
  return given;
}

// The port is opened at once without an address, whereas an address is looked up first.
function withoutWildcard(question: Question): Question {
  const isWildcard = question.kind === "listen" && (question.host === "0.0.0.0" || question.host === "::");
  return isWildcard ? { ...question, host: null } : question;
}

function notAtOnce(question: Question): string {
  if (question.kind !== "listen") return "the server did not reply";
  if (question.host === null) return `port ${question.port} is in use, or may not be opened`;
  return `a program in the server's own thread cannot wait for ${question.host} to be opened; leave the address out`;
}
