import type { Row } from "./rows";

/** What the stand-in model plays next. It is set before each run, and counts how often a model or a tool really ran. */
export interface Script {
  row: Row | undefined;
  modelCalls: number;
  toolRuns: number;
}

export const createScript = (): Script => ({ row: undefined, modelCalls: 0, toolRuns: 0 });

const replies = [
  "Thank you, I have noted that and will take care of it.",
  "Here is what I found; tell me if you need more detail.",
  "That is done. Is there anything else I can help with?",
];

/** What the model says at the end of a row. */
export function replyOf(script: Script): string {
  return script.row?.reply ?? (replies[script.modelCalls % replies.length] as string);
}

/** What a tool returns in a row. */
export function resultOf(script: Script, tool: string): string {
  script.toolRuns++;
  return script.row?.toolResult ?? `${tool}: done`;
}

/** The tools of each agent, for the frameworks to declare. */
export const toolsOf = {
  "support-bot": ["search_orders", "lookup_product", "refund_order", "send_email", "db_write"],
  "ops-agent": ["read_logs", "restart_service", "run_query", "db_write", "deploy", "send_email", "delete_volume"],
} as const;

/** What a call to a hosted model of this size would cost, in USD: the estimate that budgets are checked with. */
export const estimateCost = (text: string): number => 0.0004 + text.length * 0.0000008;
