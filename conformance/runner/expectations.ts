import { existsSync, readFileSync } from "node:fs";
import { UsageError } from "./usage-error";

/** Cases that an implementation is known not to pass, by id, each with the reason. */
export interface Expectations {
  /** It answers wrongly. Run; a pass is a failure of the list. */
  readonly bug: Readonly<Record<string, string>>;
  /** It lacks the feature. Run; a pass is a failure of the list. */
  readonly missing: Readonly<Record<string, string>>;
  /** It can never pass. Not run; needs a reason. */
  readonly impossible: Readonly<Record<string, string>>;
}

const kinds = ["bug", "missing", "impossible"] as const;

/** The list of one implementation; empty when there is no file. Unknown ids and missing reasons are errors. */
export function readExpectations(file: string, ids: ReadonlySet<string>): Expectations {
  const list: Record<string, Record<string, string>> = { bug: {}, missing: {}, impossible: {} };
  if (!existsSync(file)) return list as unknown as Expectations;
  const written = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, unknown>>;
  const seen = new Set<string>();
  for (const [kind, entries] of Object.entries(written)) {
    if (!kinds.includes(kind as never)) throw new UsageError(`\`${file}\` has the unknown member \`${kind}\``);
    for (const [id, reason] of Object.entries(entries)) {
      if (!ids.has(id)) throw new UsageError(`\`${file}\` names the unknown case \`${id}\``);
      if (seen.has(id)) throw new UsageError(`\`${file}\` names \`${id}\` twice`);
      if (typeof reason !== "string" || reason.trim() === "")
        throw new UsageError(`\`${file}\` gives no reason for \`${id}\``);
      seen.add(id);
      (list[kind] as Record<string, string>)[id] = reason;
    }
  }
  return list as unknown as Expectations;
}
