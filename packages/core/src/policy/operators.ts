import type { OperatorName } from "../gen/policy-types";
import { prepareRecordCount } from "./count-records";
import { prepareTokenCount } from "./count-tokens";
import { prepareExpressionResult } from "./expression-result";
import { prepareExternalHosts } from "./external-hosts";
import { prepareFlowCheck } from "./flow-check";
import { prepareInjectionFindings } from "./injection-findings";
import type { PrepareOperator } from "./operator";
import { preparePiiFindings } from "./pii-findings";
import { prepareSecretFindings } from "./secret-findings";
import { prepareSequenceCheck } from "./sequence-check";
import { prepareSessionCheck } from "./session-check";
import { prepareTimeCheck } from "./time-check";
import { prepareToolOutputFindings } from "./tool-output-findings";
import { prepareToolVerdict } from "./tool-verdict";

/** The implementation of each operator that the catalogue names. */
export const operators: Readonly<Record<OperatorName, PrepareOperator>> = {
  injection_findings: prepareInjectionFindings,
  pii_findings: preparePiiFindings,
  secret_findings: prepareSecretFindings,
  tool_output_findings: prepareToolOutputFindings,
  tool_verdict: prepareToolVerdict,
  expression_result: prepareExpressionResult,
  token_count: prepareTokenCount,
  external_hosts: prepareExternalHosts,
  record_count: prepareRecordCount,
  time_check: prepareTimeCheck,
  session_check: prepareSessionCheck,
  sequence_check: prepareSequenceCheck,
  flow_check: prepareFlowCheck,
};
