import { Command } from "commander";
import { check } from "./check";
import { serve } from "./serve";

const program = new Command("holdpoint").description("Policies for AI agents: check them, serve them").version("0.1.0");

program
  .command("serve")
  .description("run the control plane on an embedded database, or on the one DATABASE_URL names")
  .option("--host <address>", "address to listen on")
  .option("--port <number>", "port to listen on, 0 for any free one")
  .option("--data-dir <folder>", "where the embedded database lives", ".holdpoint/data")
  .action(serve);

program
  .command("check <file>")
  .description("compile a policy file and print every problem with its line and column")
  .action(check);

await program.parseAsync();
