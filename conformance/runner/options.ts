import { parseArgs } from "node:util";
import { UsageError } from "./usage-error";

export interface RunnerOptions {
  readonly implementations: readonly { readonly name: string; readonly command: readonly string[] }[];
  readonly filter: string;
  readonly compare: boolean;
  readonly limitMs: number;
  readonly help: boolean;
  readonly vectors: string | undefined;
}

export const usage = `usage: tsx conformance/runner/main.ts [--impl NAME | --impl "COMMAND…"]… [--filter TEXT] [--compare]

  --impl      typescript, python, or a command; may be given more than once; default: both
  --filter    only cases whose id, title or clauses contain the text
  --compare   the answers of all implementations must be equal byte for byte
  --limit     milliseconds for one answer (default 20000)
  --vectors   a folder of vectors (default conformance/vectors)

exit status: 0 all passed, 1 failures, 2 wrong usage or broken vectors, 3 an implementation that does not run`;

/** The command line, with names of known implementations replaced by their commands. */
export function readOptions(
  args: readonly string[],
  known: Readonly<Record<string, readonly string[]>>,
): RunnerOptions {
  const { values } = parse(args);
  const limitMs = Number(values.limit ?? 20_000);
  if (!(limitMs > 0)) throw new UsageError(`\`--limit\` expects milliseconds, got \`${values.limit}\``);
  const wanted = values.impl ?? Object.keys(known);
  const implementations = wanted.map((name) => {
    const command = known[name] ?? name.trim().split(/\s+/);
    if (command[0] === "" || command.length === 0) throw new UsageError("`--impl` is empty");
    return { name: Object.hasOwn(known, name) ? name : "command", command };
  });
  return {
    implementations,
    filter: values.filter ?? "",
    compare: values.compare ?? false,
    limitMs,
    help: values.help ?? false,
    vectors: values.vectors,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        impl: { type: "string", multiple: true },
        filter: { type: "string" },
        compare: { type: "boolean" },
        limit: { type: "string" },
        vectors: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
