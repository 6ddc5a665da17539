import { Command } from "commander";
import { check } from "./check";
import { type EvaluateOptions, evaluateCommand } from "./evaluate-command";
import { type InitOptions, init } from "./init";
import { type LintOptions, lintCommand } from "./lint-command";
import type { PinOptions } from "./mcp/pin-command";
import type { ProxyOptions } from "./mcp/proxy-command";
import { endWithReader, exitCodes, runCommand } from "./print";
import { type ReceiptsOptions, verifyReceiptsCommand } from "./receipts-command";
import { type ScanOptions, scanCommand } from "./scan-command";
import { schema } from "./schema";
import { serve } from "./serve";
import { testCommand } from "./test-command";

const program = new Command("holdpoint")
  .description("Policies for AI agents: write, check, test, explain and serve them")
  .version("0.1.0")
  .addHelpText(
    "after",
    "\nExit status: 0 fine, 1 problems, findings, failed tests or a step that must not happen, 2 wrong usage.",
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.fine : exitCodes.usage));

const withRequest = (command: Command): Command =>
  command
    .argument("<policies>", "a policy file")
    .argument(
      "[request]",
      "a YAML or JSON file with a request, or with `request`, `usage` and `sessions`; - reads standard input",
    )
    .option("--context <file>", "a file with registered agents, settings of the levels and kill switches")
    .option("--now <time>", "the time of the decision, such as 2026-09-21T14:00:00Z")
    .option("--agent <id>", "the agent's id")
    .option("--input <text>", "what the user says")
    .option("--phase <phase>", "input, tool_call, tool_result, output or agent_call")
    .option("--tool <name>", "the tool about to be called")
    .option("--args <json>", "its arguments")
    .option("--json", "print JSON");

program
  .command("init [file]")
  .description("write a first policy file for an autonomy tier, with tests beside it")
  .option("--tier <tier>", "observe, advise, act_with_approval or autonomous", "act_with_approval")
  .option("--force", "write over files that are there")
  .action((file: string | undefined, options: InitOptions) => runCommand(() => init(file ?? "policies.yaml", options)));

program
  .command("check <file>")
  .description("compile a policy file and print every problem with its line and column")
  .action((file: string) => runCommand(() => check(file)));

program
  .command("lint <file>")
  .description("find policies that are shadowed, unreachable, contradictory or match nothing")
  .option("--context <file>", "a file with registered agents, settings of the levels and kill switches")
  .option("--json", "print JSON")
  .action((file: string, options: LintOptions) => runCommand(() => lintCommand(file, options)));

program
  .command("test [paths...]")
  .description("run policy tests: files, or every *.test.yaml below folders")
  .option("--json", "print JSON")
  .action((paths: string[], options: { json?: boolean }) => runCommand(() => testCommand(paths, options)));

withRequest(
  program.command("eval").description("decide about one request; status 1 when the step must not happen"),
).action((file: string, request: string | undefined, options: EvaluateOptions) =>
  runCommand(() => evaluateCommand(file, request, options, false)),
);

withRequest(program.command("explain").description("decide about one request and say why")).action(
  (file: string, request: string | undefined, options: EvaluateOptions) =>
    runCommand(() => evaluateCommand(file, request, options, true)),
);

program
  .command("scan <file>")
  .description(
    "find prompt injection, personal data, secrets and harmful content in a text or in JSON Lines; - reads standard input",
  )
  .option(
    "--detectors <names>",
    "some of injection, pii, secrets, moderation, with commas between them; all when absent",
  )
  .option("--jsonl", "read one JSON object with a field `text` from each line; so by default for .jsonl and .ndjson")
  .option("--field <name>", "the field of JSON Lines that holds the text; `text` when absent")
  .option(
    "--redact",
    "print the text without personal data and secrets (of JSON Lines: that field) instead of the findings",
  )
  .option("--report", "measure precision and recall against labels: JSON Lines, a JSON list, .csv or .tsv")
  .option(
    "--label <name>",
    "the field of labels that say yes or no; when absent `label`, or another that says nothing else",
  )
  .option("--html <file>", "write the report as a page with plots, too")
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    "\nExit status: 0 nothing found (or a report made), 1 something found, 2 wrong usage or not readable.",
  )
  .action((file: string, options: ScanOptions) => runCommand(() => scanCommand(file, options)));

program
  .command("schema")
  .description("print the JSON Schema of policy files, for editors")
  .action(() => runCommand(schema));

const withServer = (command: Command): Command =>
  command
    .argument("[command...]", "the server's command and its arguments, after --")
    .option("--url <address>", "a server that is reached over HTTP, instead of a command")
    .option("--header <name: value>", "a header for it; may be repeated", collect, [])
    .option("--name <server>", "the server's name, as baselines of tool_integrity have it", "server");

withServer(
  program
    .command("mcp-proxy")
    .description("stand between an MCP client and a server: what policies stop never reaches the server")
    .option("--policies <file>", "a policy file")
    .option("--control-plane <url>", "a control plane; its API key comes from HOLDPOINT_API_KEY")
    .option("--agent <id>", "the agent's id", "mcp-client")
    .option("--environment <name>", "the environment")
    .option("--port <number>", "serve HTTP to programs of this machine instead of standard input, 0 for any free port")
    .option("--log <file>", "append decisions and requests as JSON Lines"),
).action((command: string[], options: ProxyOptions) =>
  runCommand(async () => (await import("./mcp/proxy-command")).mcpProxyCommand(command, options)),
);

withServer(
  program
    .command("mcp-pin")
    .description("print a tool_integrity policy that pins every tool of an MCP server as it is now"),
).action((command: string[], options: PinOptions) =>
  runCommand(async () => (await import("./mcp/pin-command")).mcpPinCommand(command, options)),
);

program
  .command("receipts")
  .description("proof that enforcement ran")
  .command("verify <file>")
  .description(
    "check the receipts of traces: JSON Lines, pages of the API, segments of a spool; - reads standard input",
  )
  .option("--json", "print JSON")
  .action((file: string, options: ReceiptsOptions) => runCommand(() => verifyReceiptsCommand(file, options)));

program
  .command("serve")
  .description("run the control plane on an embedded database, or on the one DATABASE_URL names")
  .option("--host <address>", "address to listen on")
  .option("--port <number>", "port to listen on, 0 for any free one")
  .option("--data-dir <folder>", "where the embedded database lives", ".holdpoint/data")
  .option(
    "--allow-origin <origin>",
    "whose pages may call it, as https://app.example.com; may be repeated",
    collect,
    [],
  )
  .option("--rotate-signing-key", "change the key that signs bundles first; clients follow the old one to the new one")
  .action(serve);

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

endWithReader();
await program.parseAsync();
