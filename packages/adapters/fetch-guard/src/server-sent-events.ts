import { isObject, type Json } from "./wire";

export interface EventStream {
  /** The data of events, parsed; what is put into them is written out again. */
  readonly events: readonly Json[];
  /** The stream with what was changed. */
  write(): string;
}

/** A stream of events whose data are JSON. Throws on data that are none, but for `[DONE]`. */
export function parseEventStream(text: string): EventStream {
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/).map((block) => {
    const lines = block.split(/\r\n|\n|\r/);
    const written = lines
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).replace(/^ /, ""))
      .join("\n");
    const data = written === "" || written === "[DONE]" ? undefined : (JSON.parse(written) as unknown);
    if (data !== undefined && !isObject(data)) throw new TypeError("an event of the stream is no object");
    // Comments are read by nobody, and are left out.
    return { fields: lines.filter((line) => !/^(data)?:/.test(line) && line !== ""), written, data };
  });
  return {
    events: blocks.flatMap(({ data }) => (data ? [data] : [])),
    write: () =>
      blocks
        .filter(({ fields, written }) => fields.length > 0 || written !== "")
        .map(({ fields, written, data }) => {
          const shown = data === undefined ? written : JSON.stringify(data);
          return `${[...fields, ...(shown === "" ? [] : [`data: ${shown}`])].join("\n")}\n\n`;
        })
        .join(""),
  };
}
