// Code generated from spec/. Do not edit.

import * as lowered from "../policy/lowered";
import { formatMoney, type PolicyType, rulePolicyTypes, type InjectionScanScope, type PiiAccessScope, type SecretLeakScope, type ContentModerationScope, type KeywordFilterScope, type ToolOutputScanScope, type ToolIntegrityScope, type ExternalCallLimitScope, type QualityThresholdScope, type OutputClassifierScope, type OutputSchemaScope, type SemanticCheckScope, type CustomValidatorScope, type InformationFlowScope } from "./policy-types";
import { failModeValues, piiStrategyValues, scriptLanguageValues, sensitivityValues } from "./tables";

export const injection_scan: PolicyType<InjectionScanScope> = {
  type: "injection_scan",
  aliases: ["prompt_injection"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "high",
  tier: "observe",
  reads: ["texts"],
  atLeastOne: [],
  fields: {"patterns":{"type":"patternList","default":[]},"languages":{"type":"stringList","default":[]},"structural":{"type":"bool","default":true},"learned":{"type":"bool","default":true},"scan_input":{"type":"bool","default":true},"scan_output":{"type":"bool","default":false},"scan_history":{"type":"bool","default":true},"scan_tool_results":{"type":"bool","default":true},"min_severity":{"type":"enum","set":"severity","default":"medium"},"sensitivity":{"type":"enum","set":"sensitivity","values":sensitivityValues,"default":"medium"},"classifier":{"type":"string","default":""},"classifier_label":{"type":"string","default":""}},
  state: [],
  uses: [{"name":"found","operator":"injection_findings"}],
  conditions: [
    {
      id: "score",
      effect: "violation",
      reason: "PROMPT_INJECTION",
      when: (c) => c.found.score >= c.found.threshold,
      message: (c) => `prompt injection suspected in ${c.found.path}: score ${lowered.show(c.found.score)} of 100 (${c.found.signals})`,
      severity: (c) => c.found.severity,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "skipped",
      effect: "alert",
      reason: "CLASSIFIER_SKIPPED",
      when: (c) => c.found.skipped !== "",
      message: (c) => `decided without a classifier: ${c.found.skipped}`,
    },
  ],
};

export const pii_access: PolicyType<PiiAccessScope> = {
  type: "pii_access",
  aliases: ["pii_detection"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "medium",
  tier: "observe",
  reads: ["texts"],
  atLeastOne: [],
  fields: {"denied_pii_types":{"type":"categoryList","set":"pii","default":[]},"allowed_pii_types":{"type":"categoryList","set":"pii","default":[]},"strategy":{"type":"enum","set":"piiStrategy","values":piiStrategyValues,"default":"redact"},"mask_input":{"type":"bool","default":false},"mask_output":{"type":"bool","default":false},"log_access":{"type":"bool","default":true},"min_confidence":{"type":"number","min":0,"max":1,"default":0.5},"recognizers":{"type":"objectList","default":[],"fields":{"name":{"type":"string","required":true},"pattern":{"type":"string","required":true},"context":{"type":"stringList","default":[]},"confidence":{"type":"number","min":0,"max":1,"default":0.6},"context_confidence":{"type":"number","min":0,"max":1,"default":0.9},"checksum":{"type":"string","default":""}}}},
  state: [],
  uses: [{"name":"found","operator":"pii_findings"}],
  conditions: [
    {
      id: "forged",
      effect: "violation",
      reason: "TOKEN_FORGED",
      when: (c) => c.found.forged > 0,
      message: (c) => `a text already holds the opener of a token that this request did not write`,
    },
    {
      id: "found",
      effect: "violation",
      reason: "PII_FOUND",
      when: (c) => c.found.count > 0,
      message: (c) => `personal data found: ${c.found.categories}`,
      evidence: (c) => c.found.evidence,
    },
  ],
};

export const secret_leak: PolicyType<SecretLeakScope> = {
  type: "secret_leak",
  aliases: ["secret_detection","credential_leak"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "critical",
  tier: "observe",
  reads: ["texts"],
  atLeastOne: [],
  fields: {"kinds":{"type":"categoryList","set":"secret","default":[]},"scan_input":{"type":"bool","default":true},"scan_output":{"type":"bool","default":true},"min_entropy":{"type":"number","min":0,"max":8,"default":3.5},"mask_input":{"type":"bool","default":false},"mask_output":{"type":"bool","default":false}},
  state: [],
  uses: [{"name":"found","operator":"secret_findings"}],
  conditions: [
    {
      id: "found",
      effect: "violation",
      reason: "SECRET_FOUND",
      when: (c) => c.found.count > 0,
      message: (c) => `credentials found: ${c.found.kinds}`,
      severity: (c) => c.found.severity,
      evidence: (c) => c.found.evidence,
    },
  ],
};

export const content_moderation: PolicyType<ContentModerationScope> = {
  type: "content_moderation",
  aliases: ["moderation","toxicity"],
  phases: ["input","output"],
  severity: "high",
  tier: "advise",
  reads: ["texts","classifications"],
  atLeastOne: [],
  fields: {"categories":{"type":"object","default":{},"fields":{"hate":{"type":"number","min":0,"max":1,"default":0.5},"harassment":{"type":"number","min":0,"max":1,"default":0.5},"sexual":{"type":"number","min":0,"max":1,"default":0.5},"sexual_minors":{"type":"number","min":0,"max":1,"default":0.3},"violence":{"type":"number","min":0,"max":1,"default":0.5},"self_harm":{"type":"number","min":0,"max":1,"default":0.5},"illicit":{"type":"number","min":0,"max":1,"default":0.5},"weapons":{"type":"number","min":0,"max":1,"default":0.5}}},"learned":{"type":"bool","default":true},"use_classifications":{"type":"bool","default":true},"classifier":{"type":"string","default":""}},
  state: [],
  uses: [{"name":"found","operator":"moderation_scores"}],
  conditions: [
    {
      id: "score",
      effect: "violation",
      reason: "CONTENT_HARMFUL",
      when: (c) => c.found.count > 0,
      message: (c) => `harmful content suspected: ${c.found.categories}`,
      severity: (c) => c.found.severity,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "skipped",
      effect: "alert",
      reason: "CLASSIFIER_SKIPPED",
      when: (c) => c.found.skipped !== "",
      message: (c) => `decided without a classifier: ${c.found.skipped}`,
    },
  ],
};

export const keyword_filter: PolicyType<KeywordFilterScope> = {
  type: "keyword_filter",
  aliases: ["topic_restriction"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "medium",
  tier: "observe",
  reads: ["texts"],
  atLeastOne: [],
  fields: {"terms":{"type":"patternList","required":true},"match":{"type":"enum","values":["word","substring","re2"],"default":"word"},"case_sensitive":{"type":"bool","default":false},"mode":{"type":"enum","values":["deny","require"],"default":"deny"}},
  state: [],
  uses: [{"name":"found","operator":"keyword_findings"}],
  conditions: [
    {
      id: "denied",
      effect: "violation",
      reason: "KEYWORD_DENIED",
      when: (c) => c.found.denied !== "",
      message: (c) => `denied term \`${c.found.denied}\` in ${c.found.path}`,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "missing",
      effect: "violation",
      reason: "KEYWORD_MISSING",
      when: (c) => c.found.missing !== "",
      message: (c) => `required term \`${c.found.missing}\` is missing`,
    },
  ],
};

export const tool_output_scan: PolicyType<ToolOutputScanScope> = {
  type: "tool_output_scan",
  aliases: ["tool_result_scan"],
  phases: ["tool_result"],
  severity: "high",
  tier: "observe",
  reads: ["texts"],
  atLeastOne: [],
  fields: {"pii":{"type":"bool","default":true},"injection":{"type":"bool","default":true},"secrets":{"type":"bool","default":true},"strip":{"type":"bool","default":false}},
  state: [],
  uses: [{"name":"found","operator":"tool_output_findings"}],
  conditions: [
    {
      id: "found",
      effect: "violation",
      reason: "TOOL_OUTPUT",
      when: (c) => c.found.count > 0,
      message: (c) => `a tool's output holds ${c.found.what}`,
      severity: (c) => c.found.severity,
      evidence: (c) => c.found.evidence,
    },
  ],
};

export const tool_integrity: PolicyType<ToolIntegrityScope> = {
  type: "tool_integrity",
  aliases: [],
  phases: ["tool_call"],
  severity: "critical",
  tier: "act_with_approval",
  reads: ["tool","toolDescriptor"],
  atLeastOne: [],
  fields: {"baseline":{"type":"objectList","default":[],"fields":{"server":{"type":"string","required":true},"tool":{"type":"string","required":true},"hash":{"type":"string","required":true}}},"on_new":{"type":"enum","values":["deny","approve","allow"],"default":"approve"},"scan_descriptions":{"type":"bool","default":true}},
  state: [],
  uses: [{"name":"found","operator":"integrity_check"}],
  conditions: [
    {
      id: "drift",
      effect: "violation",
      reason: "TOOL_DRIFT",
      when: (c) => c.found.state === "drift",
      message: (c) => `tool \`${c.found.tool}\` of \`${c.found.server}\` is not as it was when it was looked at`,
    },
    {
      id: "new_denied",
      effect: "violation",
      reason: "TOOL_NEW",
      when: (c) => c.found.state === "new" && c.rule.on_new === "deny",
      message: (c) => `tool \`${c.found.tool}\` of \`${c.found.server}\` is new`,
    },
    {
      id: "new_waits",
      effect: "violation",
      reason: "TOOL_NEW",
      mode: "require_approval",
      when: (c) => c.found.state === "new" && c.rule.on_new === "approve",
      message: (c) => `tool \`${c.found.tool}\` of \`${c.found.server}\` is new and needs approval`,
    },
    {
      id: "instructions",
      effect: "violation",
      reason: "TOOL_DESCRIPTION_INJECTION",
      when: (c) => c.found.score >= 50,
      message: (c) => `the descriptor of tool \`${c.found.tool}\` carries instructions: score ${lowered.show(c.found.score)} of 100`,
      evidence: (c) => c.found.evidence,
    },
  ],
};

export const external_call_limit: PolicyType<ExternalCallLimitScope> = {
  type: "external_call_limit",
  aliases: [],
  phases: ["tool_call"],
  severity: "high",
  tier: "autonomous",
  reads: ["tool"],
  atLeastOne: [],
  fields: {"allowed_domains":{"type":"globList"},"denied_domains":{"type":"globList","default":[]},"max_calls":{"type":"int","min":0,"max":1000000000},"window":{"type":"enum","set":"usageWindow","default":"session"},"scope":{"type":"enum","set":"usageScope","default":"agent"},"allow_private_networks":{"type":"bool","default":false}},
  state: [{"name":"calls","metric":"external_calls","scope":"rule.scope","window":"rule.window","kind":"sliding","only":"rule.max_calls"}],
  uses: [{"name":"found","operator":"external_hosts"}],
  conditions: [
    {
      id: "unreadable",
      effect: "violation",
      reason: "EXTERNAL_HOST_UNREADABLE",
      when: (c) => c.found.unreadable !== "",
      message: (c) => `the address in ${c.found.unreadable} can be read in more than one way`,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "denied",
      effect: "violation",
      reason: "EXTERNAL_HOST_DENIED",
      when: (c) => c.found.denied !== "",
      message: (c) => `host \`${c.found.denied}\` is denied`,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "private",
      effect: "violation",
      reason: "EXTERNAL_PRIVATE_ADDRESS",
      when: (c) => c.found.private !== "" && (!c.rule.allow_private_networks),
      message: (c) => `host \`${c.found.private}\` is in a private network`,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "unlisted",
      effect: "violation",
      reason: "EXTERNAL_HOST_NOT_ALLOWED",
      when: (c) => c.found.unlisted !== "",
      message: (c) => `host \`${c.found.unlisted}\` is not on the allow list`,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "calls",
      effect: "violation",
      reason: "EXTERNAL_CALLS",
      when: (c) => (c.rule.max_calls !== undefined && (c.found.count > 0)) && ((c.usage.calls + 1) > c.rule.max_calls),
      message: (c) => `${lowered.show(c.usage.calls)} calls to other hosts in this window, at most ${lowered.show(c.rule.max_calls)} are allowed`,
    },
  ],
};

export const quality_threshold: PolicyType<QualityThresholdScope> = {
  type: "quality_threshold",
  aliases: [],
  phases: ["output"],
  severity: "medium",
  tier: "advise",
  reads: ["scores","output"],
  atLeastOne: [],
  fields: {"metrics":{"type":"numberMap","default":{}},"checks":{"type":"enumList","values":["empty","refusal","repetition","language"],"default":["empty","repetition"]},"max_repetition":{"type":"number","min":0,"max":1,"default":0.5},"languages":{"type":"enumList","set":"scriptLanguage","values":scriptLanguageValues,"default":[]}},
  state: [],
  uses: [{"name":"found","operator":"quality_check"}],
  conditions: [
    {
      id: "metric",
      effect: "violation",
      reason: "QUALITY_BELOW",
      when: (c) => c.found.metric !== "",
      message: (c) => `\`${c.found.metric}\` is ${lowered.show(c.found.value)}, at least ${lowered.show(c.found.least)} is wanted`,
    },
    {
      id: "empty",
      effect: "violation",
      reason: "QUALITY_EMPTY",
      when: (c) => c.found.empty,
      message: (c) => `the answer is empty`,
    },
    {
      id: "refusal",
      effect: "violation",
      reason: "QUALITY_REFUSAL",
      when: (c) => c.found.refusal,
      message: (c) => `the answer is a refusal`,
    },
    {
      id: "repetition",
      effect: "violation",
      reason: "QUALITY_REPETITION",
      when: (c) => c.found.repetition > c.rule.max_repetition,
      message: (c) => `the answer repeats itself: ${lowered.show(c.found.repeated_pct)} of 100 parts`,
    },
    {
      id: "language",
      effect: "violation",
      reason: "QUALITY_LANGUAGE",
      when: (c) => c.found.foreign,
      message: (c) => `the answer is not written in ${lowered.show(c.rule.languages)}`,
    },
  ],
};

export const output_classifier: PolicyType<OutputClassifierScope> = {
  type: "output_classifier",
  aliases: [],
  phases: ["output"],
  severity: "medium",
  tier: "advise",
  reads: ["classifications","output"],
  atLeastOne: [],
  fields: {"labels":{"type":"numberMap","min":0,"max":1,"required":true},"classifier":{"type":"string","default":"registered"}},
  state: [],
  uses: [{"name":"found","operator":"class_check"}],
  conditions: [
    {
      id: "label",
      effect: "violation",
      reason: "CLASS_LIMIT",
      when: (c) => c.found.label !== "",
      message: (c) => `\`${c.found.label}\` has probability ${lowered.show(c.found.value)}, at most ${lowered.show(c.found.most)} is allowed`,
    },
    {
      id: "skipped",
      effect: "alert",
      reason: "CLASSIFIER_SKIPPED",
      when: (c) => c.found.skipped !== "",
      message: (c) => `decided without a classifier: ${c.found.skipped}`,
    },
  ],
};

export const output_schema: PolicyType<OutputSchemaScope> = {
  type: "output_schema",
  aliases: ["output_validation"],
  phases: ["output","tool_call"],
  severity: "medium",
  tier: "advise",
  reads: ["output","tool"],
  atLeastOne: [],
  fields: {"schema":{"type":"jsonSchema","required":true},"repair":{"type":"bool","default":false}},
  state: [],
  uses: [{"name":"found","operator":"shape_check"}],
  conditions: [
    {
      id: "not_json",
      effect: "violation",
      reason: "OUTPUT_NOT_JSON",
      when: (c) => c.found.decision === "not_json",
      message: (c) => `the answer is not JSON`,
    },
    {
      id: "schema",
      effect: "violation",
      reason: "OUTPUT_SCHEMA",
      when: (c) => c.found.decision === "schema",
      message: (c) => `${c.found.path} breaks \`${c.found.keyword}\` of the schema`,
    },
  ],
};

export const semantic_check: PolicyType<SemanticCheckScope> = {
  type: "semantic_check",
  aliases: [],
  phases: ["input","output"],
  severity: "medium",
  tier: "advise",
  reads: ["texts","classifications"],
  atLeastOne: [],
  fields: {"model":{"type":"enum","values":["builtin","embedding","endpoint"],"default":"builtin"},"label":{"type":"string","default":""},"url":{"type":"httpsUrl"},"threshold":{"type":"number","min":0,"max":1,"default":0.5},"timeout_ms":{"type":"int","min":1,"max":30000,"default":2000},"on_timeout":{"type":"enum","values":["fail","allow"],"default":"fail"},"classifier":{"type":"string","default":""}},
  state: [],
  uses: [{"name":"found","operator":"meaning_check"}],
  conditions: [
    {
      id: "score",
      effect: "violation",
      reason: "SEMANTIC_THRESHOLD",
      when: (c) => c.found.score > c.rule.threshold,
      message: (c) => `score ${lowered.show(c.found.score)} in ${c.found.path} is over ${lowered.show(c.rule.threshold)}`,
      evidence: (c) => c.found.evidence,
    },
    {
      id: "skipped",
      effect: "alert",
      reason: "CLASSIFIER_SKIPPED",
      when: (c) => c.found.skipped !== "",
      message: (c) => `decided without a classifier: ${c.found.skipped}`,
    },
  ],
};

export const custom_validator: PolicyType<CustomValidatorScope> = {
  type: "custom_validator",
  aliases: ["byov"],
  phases: ["input","tool_call","tool_result","output","agent_call"],
  severity: "high",
  tier: "act_with_approval",
  reads: ["validatorResults"],
  atLeastOne: [],
  fields: {"url":{"type":"httpsUrl","required":true},"secret":{"type":"string","default":""},"timeout_ms":{"type":"int","min":1,"max":30000,"default":2000},"fail_mode":{"type":"enum","set":"failMode","values":failModeValues,"default":"closed"},"retries":{"type":"int","min":0,"max":5,"default":0}},
  state: [],
  uses: [{"name":"found","operator":"validator_answer"}],
  conditions: [
    {
      id: "denied",
      effect: "violation",
      reason: "VALIDATOR_DENIED",
      when: (c) => c.found.decision === "deny",
      message: (c) => `the validator denied this step${c.found.because}`,
    },
    {
      id: "waits",
      effect: "violation",
      reason: "VALIDATOR_NEEDS_APPROVAL",
      mode: "require_approval",
      when: (c) => c.found.decision === "require_approval",
      message: (c) => `the validator wants an approval${c.found.because}`,
    },
    {
      id: "open",
      effect: "alert",
      reason: "VALIDATOR_SKIPPED",
      when: (c) => c.found.decision === "open",
      message: (c) => `the validator gave no answer, and the policy is open without one`,
    },
  ],
};

export const information_flow: PolicyType<InformationFlowScope> = {
  type: "information_flow",
  aliases: ["taint"],
  phases: ["tool_call","tool_result","output","agent_call"],
  severity: "critical",
  tier: "autonomous",
  reads: ["tool","tool_result","session","dataSource","targetAgentId","parentSessionId"],
  atLeastOne: [],
  fields: {"sources":{"type":"objectList","required":true,"fields":{"tool":{"type":"glob"},"origin":{"type":"glob"},"labels":{"type":"stringList","required":true}}},"sinks":{"type":"objectList","default":[],"fields":{"tool":{"type":"glob"},"agent":{"type":"glob"},"output":{"type":"bool","default":false},"forbid":{"type":"stringList","default":[]}}},"trifecta":{"type":"bool","default":true}},
  state: [],
  uses: [{"name":"found","operator":"flow_check"}],
  conditions: [
    {
      id: "sink",
      effect: "violation",
      reason: "FLOW_FORBIDDEN",
      when: (c) => c.found.decision === "forbidden",
      message: (c) => `${c.found.sink} must not get what this session has seen: ${c.found.labels}`,
    },
    {
      id: "trifecta",
      effect: "violation",
      reason: "FLOW_TRIFECTA",
      when: (c) => c.found.decision === "trifecta",
      message: (c) => `the session has seen untrusted content and private data, and ${c.found.sink} leads outside`,
    },
  ],
};

/** Every policy type, by name. */
export const policyTypes = { ...rulePolicyTypes, injection_scan, pii_access, secret_leak, content_moderation, keyword_filter, tool_output_scan, tool_integrity, external_call_limit, quality_threshold, output_classifier, output_schema, semantic_check, custom_validator, information_flow } as const;
