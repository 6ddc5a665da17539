import type { OperatorName } from "../gen/policy-types";
import { prepareAccessVerdict } from "./access-verdict";
import { prepareApprovalCheck } from "./approval-check";
import { prepareClassCheck } from "./class-check";
import { prepareRecordCount } from "./count-records";
import { prepareTokenCount } from "./count-tokens";
import { prepareDelegationVerdict } from "./delegation-verdict";
import { prepareExpressionResult } from "./expression-result";
import { prepareExternalHosts } from "./external-hosts";
import { prepareFlowCheck } from "./flow-check";
import { prepareInjectionFindings } from "./injection-findings";
import { prepareIntegrityCheck } from "./integrity-check";
import { prepareKeywordFindings } from "./keyword-findings";
import { prepareMeaningCheck } from "./meaning-check";
import { prepareModerationScores } from "./moderation-scores";
import type { PrepareOperator } from "./operator";
import { preparePiiFindings } from "./pii-findings";
import { prepareQualityCheck } from "./quality-check";
import { prepareSecretFindings } from "./secret-findings";
import { prepareSequenceCheck } from "./sequence-check";
import { prepareSessionCheck } from "./session-check";
import { prepareShapeCheck } from "./shape-check";
import { prepareSourceVerdict } from "./source-verdict";
import { prepareTimeCheck } from "./time-check";
import { prepareToolOutputFindings } from "./tool-output-findings";
import { prepareToolVerdict } from "./tool-verdict";
import { prepareValidatorAnswer } from "./validator-answer";

/** The implementation of each operator that the catalogue names. */
export const operators: Readonly<Record<OperatorName, PrepareOperator>> = {
  injection_findings: prepareInjectionFindings,
  pii_findings: preparePiiFindings,
  secret_findings: prepareSecretFindings,
  moderation_scores: prepareModerationScores,
  tool_output_findings: prepareToolOutputFindings,
  tool_verdict: prepareToolVerdict,
  expression_result: prepareExpressionResult,
  keyword_findings: prepareKeywordFindings,
  approval_check: prepareApprovalCheck,
  access_verdict: prepareAccessVerdict,
  source_verdict: prepareSourceVerdict,
  integrity_check: prepareIntegrityCheck,
  quality_check: prepareQualityCheck,
  class_check: prepareClassCheck,
  shape_check: prepareShapeCheck,
  delegation_verdict: prepareDelegationVerdict,
  meaning_check: prepareMeaningCheck,
  validator_answer: prepareValidatorAnswer,
  token_count: prepareTokenCount,
  external_hosts: prepareExternalHosts,
  record_count: prepareRecordCount,
  time_check: prepareTimeCheck,
  session_check: prepareSessionCheck,
  sequence_check: prepareSequenceCheck,
  flow_check: prepareFlowCheck,
};
