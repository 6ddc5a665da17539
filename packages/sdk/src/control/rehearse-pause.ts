import { compile, evaluate, type Pause } from "@holdpoint/core";
import { createEventReader } from "../transport/read-events";
import { createPauseBook } from "./pause-book";
import { takeStatus } from "./take-status";

const frame = `event: status\ndata: {"level":"agent","targetId":"rehearsal","reason":"","version":0}\n\n`;
const request = { agentId: "rehearsal", input: "" };
const nothingUsed = { read: () => 0 };
let held: boolean | undefined;

/**
 * Takes a pause the whole way that a pushed one goes, once in a process and in a book of its own: what an engine compiles at
 * its first use is compiled when a client connects, not when somebody turns the kill switch. True when it held.
 */
export const rehearsePause = (): boolean => (held ??= rehearse());

function rehearse(): boolean {
  const compiled = compile([]);
  if (!compiled.ok) return false;
  let pauses: readonly Pause[] = [];
  const book = createPauseBook((list) => {
    pauses = list;
  });
  createEventReader(({ data }) => takeStatus(data, book, 0))(frame);
  return evaluate(compiled.plan, request, nothingUsed, () => 0, { pauses }).verdict === "paused";
}
