import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export interface Options {
  /** Labelled texts, JSON Lines. */
  readonly data: string;
  readonly limit: number;
  readonly quiet: boolean;
  readonly twin: boolean;
}

const help = `npm start [-- options]

The reference deployment: starts a control plane on an embedded database, registers two agents with it, installs a
policy set, runs labelled texts through both agents with a stand-in model (no network), and reports what was decided.

  --data <file.jsonl>   labelled texts: one object a line with \`text\` and \`label\` (attack | benign), optionally
                        \`agent\`, \`tier\`, \`toolCall\`, \`toolResult\`, \`reply\`. Rows that name no agent go to both.
                        Default: the sample conversations beside this program.
  --limit <n>           only the first n rows
  --no-twin             leave out the comparison with the Python twin
  --quiet               no live progress
  --help                this text`;

const sampleFile = fileURLToPath(new URL("./conversations.jsonl", import.meta.url));

/** The options of this run; prints help or what is wrong with them and ends the process. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: "string", default: sampleFile },
        limit: { type: "string" },
        quiet: { type: "boolean", default: false },
        "no-twin": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
    if (!(limit > 0)) throw new Error("--limit expects a positive number");
    return { data: values.data, limit, quiet: values.quiet || !process.stdout.isTTY, twin: !values["no-twin"] };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}
