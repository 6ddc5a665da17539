import { decodeMessage, type Pause } from "@holdpoint/core";
import { parseJson } from "../transport/api";
import { rememberLast } from "../transport/remember-last";
import type { PauseBook } from "./pause-book";

export interface TakenStatus {
  /** False when the pause cannot be read: then only a bundle can say what is the matter. */
  readonly held: boolean;
  /** Of the bundle that carries the pause. */
  readonly version: number | undefined;
}

interface ToldPause extends TakenStatus {
  readonly pause: Pause | undefined;
}

const readStatus = rememberLast((data): ToldPause => {
  const { version, ...told } = (parseJson(data) ?? {}) as Record<string, unknown>;
  const pause = decodeMessage("Pause", told);
  return {
    held: pause.ok,
    version: typeof version === "number" ? version : undefined,
    pause: pause.ok ? Object.freeze(pause.value) : undefined,
  };
});

/** A pushed pause holds at once (clause S-24). `data`: that of a `status` event. */
export function takeStatus(data: string, pauses: Pick<PauseBook, "addPushed">, nowMs: number): TakenStatus {
  const status = readStatus(data);
  if (status.pause) pauses.addPushed(status.pause, nowMs, status.version);
  return status;
}
