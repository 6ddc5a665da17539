import { decodeMessage } from "@holdpoint/core";
import { parseJson } from "../transport/api";
import type { PauseBook } from "./pause-book";

export interface TakenStatus {
  /** False when the pause cannot be read: then only a bundle can say what is the matter. */
  readonly held: boolean;
  /** Of the bundle that carries the pause. */
  readonly version: number | undefined;
}

/** A pushed pause holds at once (clause S-24). `data`: that of a `status` event. */
export function takeStatus(data: string, pauses: Pick<PauseBook, "addPushed">, nowMs: number): TakenStatus {
  const { version, ...told } = (parseJson(data) ?? {}) as Record<string, unknown>;
  const pause = decodeMessage("Pause", told);
  if (pause.ok) pauses.addPushed(pause.value, nowMs);
  return { held: pause.ok, version: typeof version === "number" ? version : undefined };
}
