export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Longest event kept while it is incomplete. */
const maxBufferChars = 1_048_576;

/** A text of whole events, and those events. */
interface WholeText {
  readonly text: string;
  readonly events: readonly ServerEvent[];
}

/** Read last by any stream of this process: a kill switch tells the same to all of them. */
let lastWhole: WholeText | undefined;

/**
 * Reads a stream of server-sent events (WHATWG HTML, 9.2) piece by piece. Gives back a function that takes text and
 * calls back for each whole event; it returns false when an event is too long to be one.
 */
export function createEventReader(onEvent: (event: ServerEvent) => void): (text: string) => boolean {
  let buffer = "";
  let name = "message";
  let data: string[] = [];
  const readLine = (line: string, events: ServerEvent[]): void => {
    if (line === "") {
      if (data.length > 0) events.push(Object.freeze({ name, data: data.join("\n") }));
      name = "message";
      data = [];
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
  };
  const read = (text: string, events: ServerEvent[]): void => {
    buffer += text;
    // A carriage return at the end may be half of a line end.
    const whole = buffer.endsWith("\r") ? buffer.slice(0, -1) : buffer;
    const lines = whole.includes("\r") ? whole.split(/\r\n|\n|\r/) : whole.split("\n");
    buffer = (lines.pop() ?? "") + buffer.slice(whole.length);
    for (const line of lines) readLine(line, events);
  };
  const atRest = (): boolean => buffer === "" && data.length === 0 && name === "message";
  return (text) => {
    const whole = atRest() && text.endsWith("\n\n");
    if (whole && lastWhole?.text === text) {
      lastWhole.events.forEach(onEvent);
      return true;
    }
    const events: ServerEvent[] = [];
    read(text, events);
    if (whole && atRest()) lastWhole = { text, events };
    events.forEach(onEvent);
    return buffer.length + data.reduce((chars, line) => chars + line.length, 0) <= maxBufferChars;
  };
}
