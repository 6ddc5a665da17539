import {
  agentStatusValues,
  approvalStatusValues,
  autonomyLevelValues,
  chainTriggerValues,
  enforcementModeAliases,
  enforcementModeValues,
  levelValues,
  onErrorValues,
  outcomeStatusValues,
  phaseValues,
  piiStrategyValues,
  reasonValues,
  sensitivityValues,
  severityValues,
  traceStatusValues,
  verdictValues,
} from "../gen/tables";

/** The closed sets that a field of a document or of a rule may name. */
export const closedSets: Readonly<Record<string, readonly string[]>> = {
  agentStatus: agentStatusValues,
  approvalStatus: approvalStatusValues,
  autonomyLevel: autonomyLevelValues,
  chainTrigger: chainTriggerValues,
  enforcementMode: enforcementModeValues,
  level: levelValues,
  onError: onErrorValues,
  outcomeStatus: outcomeStatusValues,
  phase: phaseValues,
  piiStrategy: piiStrategyValues,
  reason: reasonValues,
  sensitivity: sensitivityValues,
  severity: severityValues,
  traceStatus: traceStatusValues,
  verdict: verdictValues,
};

/** Other names that are accepted on input, by set. */
export const closedSetAliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  enforcementMode: enforcementModeAliases,
};

/** The set's own name for a value or one of its aliases; undefined when it is neither. */
export function resolveName(set: string, value: string): string | undefined {
  if (closedSets[set]?.includes(value)) return value;
  const aliases = closedSetAliases[set];
  return aliases && Object.hasOwn(aliases, value) ? aliases[value] : undefined;
}
