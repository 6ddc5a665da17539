// Code generated from spec/. Do not edit.

import { clientMessages, pauseFields, type MessageTable } from "./messages";
import { considerationValues, governanceDimensionValues, outcomeStatusValues, reasonValues, traceStatusValues, verdictValues } from "./tables";

export const auditEntryFields: MessageTable = {
  index: {"kind":"int"},
  at: {"kind":"string"},
  actor: {"kind":"string"},
  action: {"kind":"string"},
  targetType: {"kind":"string"},
  targetId: {"kind":"string"},
  details: {"kind":"object"},
  prevHash: {"kind":"string"},
  hash: {"kind":"string"},
};

export const decisionFields: MessageTable = {
  verdict: {"kind":"string","required":true,"set":"verdict","values":verdictValues},
  allowed: {"kind":"bool","required":true},
  phase: {"kind":"string","required":true,"set":"phase"},
  agentId: {"kind":"string","required":true},
  violations: {"kind":"message","repeated":true,"required":true,"fields":() => violationFields},
  outcomes: {"kind":"message","repeated":true,"required":true,"fields":() => policyOutcomeFields},
  transforms: {"kind":"message","repeated":true,"required":true,"fields":() => transformFields},
  alerts: {"kind":"message","repeated":true,"required":true,"fields":() => alertFields},
  problems: {"kind":"message","repeated":true,"required":true,"fields":() => requestProblemFields},
  pause: {"kind":"message","fields":() => pauseFields},
  planDigest: {"kind":"string","required":true},
  tierOverrides: {"kind":"message","repeated":true,"fields":() => tierOverrideFields},
  explanation: {"kind":"message","fields":() => explanationFields},
  requestedPause: {"kind":"message","fields":() => pauseFields},
};

export const tierOverrideFields: MessageTable = {
  policyId: {"kind":"string","required":true},
  policyType: {"kind":"string","required":true},
  tier: {"kind":"string","required":true,"set":"autonomyLevel"},
  agentTier: {"kind":"string","required":true,"set":"autonomyLevel"},
};

export const violationFields: MessageTable = {
  policyId: {"kind":"string","required":true},
  policyName: {"kind":"string","required":true},
  policyType: {"kind":"string","required":true},
  severity: {"kind":"string","required":true,"set":"severity"},
  message: {"kind":"string","required":true},
  enforcementMode: {"kind":"string","required":true,"set":"enforcementMode"},
  reason: {"kind":"string","required":true,"set":"reason","values":reasonValues},
  evidence: {"kind":"message","repeated":true,"required":true,"fields":() => evidenceFields},
};

export const evidenceFields: MessageTable = {
  path: {"kind":"string","required":true},
  start: {"kind":"int","required":true},
  end: {"kind":"int","required":true},
  category: {"kind":"string","required":true},
  score: {"kind":"number"},
  valueHash: {"kind":"string"},
};

export const policyOutcomeFields: MessageTable = {
  policyId: {"kind":"string","required":true},
  policyType: {"kind":"string","required":true},
  status: {"kind":"string","required":true,"set":"outcomeStatus","values":outcomeStatusValues},
  reason: {"kind":"string","set":"reason","values":reasonValues},
};

export const transformFields: MessageTable = {
  path: {"kind":"string","required":true},
  text: {"kind":"string","required":true},
};

export const alertFields: MessageTable = {
  policyId: {"kind":"string","required":true},
  reason: {"kind":"string","required":true,"set":"reason","values":reasonValues},
  message: {"kind":"string","required":true},
};

export const requestProblemFields: MessageTable = {
  path: {"kind":"string","required":true},
  reason: {"kind":"string","required":true,"set":"reason","values":reasonValues},
  message: {"kind":"string","required":true},
};

export const explanationFields: MessageTable = {
  policies: {"kind":"message","repeated":true,"required":true,"fields":() => policyExplanationFields},
  governance: {"kind":"message","required":true,"fields":() => governanceFields},
};

export const policyExplanationFields: MessageTable = {
  policyId: {"kind":"string","required":true},
  policyType: {"kind":"string","required":true},
  status: {"kind":"string","required":true,"set":"consideration","values":considerationValues},
  why: {"kind":"string"},
  mode: {"kind":"string","required":true,"set":"enforcementMode"},
  modeSource: {"kind":"message","fields":() => governedSettingFields},
  onError: {"kind":"string","required":true,"set":"onError"},
  prerequisites: {"kind":"message","repeated":true,"fields":() => prerequisiteExplanationFields},
  conditions: {"kind":"message","repeated":true,"fields":() => conditionExplanationFields},
  expressions: {"kind":"message","repeated":true,"fields":() => expressionExplanationFields},
  counters: {"kind":"message","repeated":true,"fields":() => counterExplanationFields},
  patterns: {"kind":"message","repeated":true,"fields":() => patternHitFields},
};

export const prerequisiteExplanationFields: MessageTable = {
  policyId: {"kind":"string","required":true},
  status: {"kind":"string","required":true,"set":"consideration","values":considerationValues},
  counts: {"kind":"bool","required":true},
};

export const conditionExplanationFields: MessageTable = {
  id: {"kind":"string","required":true},
  holds: {"kind":"bool","required":true},
  reason: {"kind":"string","required":true,"set":"reason","values":reasonValues},
};

export const expressionExplanationFields: MessageTable = {
  path: {"kind":"string","required":true},
  result: {"kind":"string","required":true},
  decided: {"kind":"message","required":true,"fields":() => expressionPartFields},
  parts: {"kind":"message","repeated":true,"fields":() => expressionPartFields},
};

export const expressionPartFields: MessageTable = {
  source: {"kind":"string","required":true},
  start: {"kind":"int","required":true},
  end: {"kind":"int","required":true},
  line: {"kind":"int","required":true},
  column: {"kind":"int","required":true},
  value: {"kind":"string","required":true},
};

export const counterExplanationFields: MessageTable = {
  key: {"kind":"string","required":true},
  value: {"kind":"string","required":true},
};

export const patternHitFields: MessageTable = {
  patternId: {"kind":"string","required":true},
  path: {"kind":"string","required":true},
  start: {"kind":"int","required":true},
  end: {"kind":"int","required":true},
};

export const governanceFields: MessageTable = {
  autonomy: {"kind":"string","set":"autonomyLevel"},
  minimumModes: {"kind":"string","mapped":true,"required":true},
  packs: {"kind":"string","repeated":true,"required":true},
  artifactGovernance: {"kind":"string","required":true,"set":"artifactGovernance"},
  discovery: {"kind":"bool","mapped":true,"required":true},
  pause: {"kind":"message","fields":() => pauseFields},
  settings: {"kind":"message","repeated":true,"required":true,"fields":() => governedSettingFields},
};

export const governedSettingFields: MessageTable = {
  dimension: {"kind":"string","required":true,"set":"governanceDimension","values":governanceDimensionValues},
  name: {"kind":"string"},
  value: {"kind":"string","required":true},
  level: {"kind":"string","required":true},
  targetId: {"kind":"string"},
  pack: {"kind":"string"},
};

export const traceFields: MessageTable = {
  traceId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  agentId: {"kind":"string","required":true,"maxLength":"maxNameChars"},
  sessionId: {"kind":"string"},
  userId: {"kind":"string"},
  timestamp: {"kind":"string","required":true},
  durationMs: {"kind":"number"},
  status: {"kind":"string","set":"traceStatus","values":traceStatusValues,"default":"success"},
  input: {"kind":"string"},
  output: {"kind":"string"},
  errorMessage: {"kind":"string"},
  errorType: {"kind":"string"},
  modelName: {"kind":"string"},
  promptTokens: {"kind":"number"},
  completionTokens: {"kind":"number"},
  totalTokens: {"kind":"number"},
  costUsd: {"kind":"number"},
  environment: {"kind":"string"},
  tags: {"kind":"string","repeated":true},
  metadata: {"kind":"object"},
  parentTraceId: {"kind":"string"},
  spanType: {"kind":"string"},
  spans: {"kind":"message","repeated":true,"fields":() => spanFields},
  decisions: {"kind":"message","repeated":true,"fields":() => decisionRecordFields},
};

export const spanFields: MessageTable = {
  spanId: {"kind":"string","required":true},
  parentSpanId: {"kind":"string"},
  name: {"kind":"string"},
  spanType: {"kind":"string"},
  startedAt: {"kind":"string"},
  durationMs: {"kind":"number"},
  status: {"kind":"string","set":"traceStatus","values":traceStatusValues},
  attributes: {"kind":"object"},
};

export const decisionRecordFields: MessageTable = {
  decisionId: {"kind":"string","required":true},
  decidedAt: {"kind":"string","required":true},
  durationUs: {"kind":"number"},
  bundleVersion: {"kind":"int"},
  decision: {"kind":"message","required":true,"fields":() => decisionFields},
  receipt: {"kind":"message","fields":() => receiptFields},
};

export const receiptFields: MessageTable = {
  chain: {"kind":"string","required":true},
  step: {"kind":"int","required":true},
  actionHash: {"kind":"string"},
  previous: {"kind":"string"},
  hash: {"kind":"string","required":true},
  spanId: {"kind":"string"},
};

/** The tables of all messages. */
export const messages = {
  ...clientMessages,
  AuditEntry: auditEntryFields,
  Decision: decisionFields,
  TierOverride: tierOverrideFields,
  Violation: violationFields,
  Evidence: evidenceFields,
  PolicyOutcome: policyOutcomeFields,
  Transform: transformFields,
  Alert: alertFields,
  RequestProblem: requestProblemFields,
  Explanation: explanationFields,
  PolicyExplanation: policyExplanationFields,
  PrerequisiteExplanation: prerequisiteExplanationFields,
  ConditionExplanation: conditionExplanationFields,
  ExpressionExplanation: expressionExplanationFields,
  ExpressionPart: expressionPartFields,
  CounterExplanation: counterExplanationFields,
  PatternHit: patternHitFields,
  Governance: governanceFields,
  GovernedSetting: governedSettingFields,
  Trace: traceFields,
  Span: spanFields,
  DecisionRecord: decisionRecordFields,
  Receipt: receiptFields,
} as const;
