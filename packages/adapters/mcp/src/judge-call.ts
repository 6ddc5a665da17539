import { EnforcementUnavailableError } from "@holdpoint/sdk";
import type { ToolGate } from "./tool-gate";
import type { ToolLister } from "./tool-lister";

/** A server that changes a tool while each call of it is judged is not waited for any longer than this. */
const maxRounds = 4;

/**
 * The arguments to call the tool with. What was judged is what is called: a tool that its server has changed meanwhile,
 * as while a human was asked, is judged again as what it is now. Rejects with what stops the call.
 */
export async function judgeCall(
  gate: ToolGate,
  lister: ToolLister,
  { tool, args, signal }: { readonly tool: string; readonly args: unknown; readonly signal: AbortSignal },
): Promise<unknown> {
  for (let round = 0; round < maxRounds; round++) {
    if (!gate.descriptorOf(tool)) await lister.list(signal);
    const judged = gate.descriptorOf(tool)?.hash;
    const allowed = await gate.call(tool, args, signal);
    if (!gate.descriptorOf(tool) && judged !== undefined) await lister.list(signal);
    if (gate.descriptorOf(tool)?.hash === judged) return allowed;
  }
  throw new EnforcementUnavailableError("the server changes the tool faster than its call can be judged");
}
