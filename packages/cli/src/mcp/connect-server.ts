import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { UsageProblem } from "../print";

/** Where a server is: a command to run, or a URL. */
export interface ServerOptions {
  readonly url?: string;
  readonly header?: readonly string[];
}

export type ServerTransport = StdioClientTransport | StreamableHTTPClientTransport;

/** Makes a transport to the server, anew each time; each of a command is a process of its own. */
export function readServer(command: readonly string[], { url, header = [] }: ServerOptions): () => ServerTransport {
  const [program, ...args] = command;
  if ((program === undefined) === (url === undefined)) {
    throw new UsageProblem("expected either `--url` or a server's command after `--`");
  }
  if (program !== undefined) {
    if (header.length > 0) throw new UsageProblem("`--header` belongs to `--url`");
    return () => new StdioClientTransport({ command: program, args, env: ownEnvironment(), stderr: "inherit" });
  }
  const address = URL.canParse(url ?? "") ? new URL(url ?? "") : undefined;
  if (address?.protocol !== "http:" && address?.protocol !== "https:") {
    throw new UsageProblem("`--url` expects an http or https address");
  }
  const headers = Object.fromEntries(header.map(readHeader));
  return () => new StreamableHTTPClientTransport(address, { requestInit: { headers } });
}

function readHeader(text: string): readonly [string, string] {
  const at = text.indexOf(":");
  if (at < 1) throw new UsageProblem("`--header` expects `name: value`");
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** The server runs as it would without us: the API key of the control plane is ours. */
function ownEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== "HOLDPOINT_API_KEY",
  );
  return Object.fromEntries(entries);
}
