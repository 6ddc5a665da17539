import EventEmitter from "eventemitter3";
import type { HoldpointEvents } from "../types";

/** The name of an event that listeners are told of. */
export type EventName = keyof HoldpointEvents;
/** A function that is called on each event of a name. */
export type Listener<Name extends EventName> = (event: HoldpointEvents[Name]) => void;

const listed: Readonly<Record<EventName, true>> = {
  decision: true,
  blocked: true,
  paused: true,
  approval: true,
  sync: true,
  dropped: true,
  ungoverned: true,
};
/** All of them, as a list that cannot lack one. */
export const eventNames: readonly string[] = Object.keys(listed);

export interface Emitter {
  on<Name extends EventName>(name: Name, listener: Listener<Name>): void;
  off<Name extends EventName>(name: Name, listener: Listener<Name>): void;
  /** True when somebody listens: payloads need not be built otherwise. */
  hears(name: EventName): boolean;
  /** Calls every listener; what one of them throws stops neither the others nor the caller. */
  emit<Name extends EventName>(name: Name, event: HoldpointEvents[Name]): void;
}

export function createEmitter(): Emitter {
  const inner = new EventEmitter();
  // Asked at every decision.
  const heard: Partial<Record<EventName, boolean>> = { decision: false };
  const look = (name: EventName): void => void (heard[name] = inner.listenerCount(name) > 0);
  return {
    on(name, listener) {
      inner.on(name, listener);
      look(name);
    },
    off(name, listener) {
      inner.off(name, listener);
      look(name);
    },
    hears: (name) => heard[name] === true,
    emit(name, event) {
      for (const listener of inner.listeners(name)) callSafely(listener, event);
    },
  };
}

function callSafely(listener: (event: never) => unknown, event: unknown): void {
  try {
    const result = listener(event as never);
    // A listener may be async: its rejection would otherwise end the process.
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // The listener's own affair: enforcement goes on.
  }
}
