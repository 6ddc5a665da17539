import type { ExprType } from "../../../packages/core/src/expr/index";

/** Conditions as policies have them, with what they are asked about. */
export const variables: Readonly<Record<string, ExprType>> = {
  cost: "double",
  environment: "string",
  input: "string",
  tools: "list(string)",
  agent: { fields: { id: "string", labels: "map(string, string)" } },
  tool: { fields: { name: "string", args: "map(string, dyn)" } },
};

const sentence = "The parcel left our workshop this morning and the carrier expects it on Thursday before noon. ";

export const bindings = {
  cost: 2.5,
  environment: "production",
  input: sentence.repeat(3).slice(0, 200),
  tools: ["search", "mail", "db_read"],
  agent: { id: "support", labels: { team: "care" } },
  tool: { name: "db_read", args: { limit: 20 } },
};

/** The published yardstick of the field: cost, size and environment comparisons. */
export const five = [
  { source: "cost > 5.0", value: false },
  { source: "size(input) > 4000", value: false },
  { source: 'environment == "staging"', value: false },
  { source: 'cost > 1.0 && environment == "production"', value: true },
  { source: "size(input) > 2000 || cost > 2.5", value: false },
];

export const typical = [
  { source: 'cost > 5.0 && environment == "production"', value: false },
  { source: 'size(input) > 4000 || agent.id in ["support", "sales"]', value: true },
  { source: 'tool.name.startsWith("db_") && tool.args.limit > 100.0', value: false },
  { source: "has(tool.args.limit) && tool.args.limit <= 20.0", value: true },
  { source: 'tools.exists(t, t.startsWith("db_"))', value: true },
  { source: 'agent.labels.team == "care" ? cost < 3.0 : cost < 1.0', value: true },
  { source: 'input.contains("Thursday") && !input.contains("Friday")', value: true },
];

/** What the commonest mistake costs: the argument is not there, so the outcome is an error. */
export const missing = 'tool.args.amount > 100.0 && environment == "production"';
