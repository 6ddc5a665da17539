import type { OperatorName } from "../gen/policy-types";
import { prepareExpressionResult } from "./expression-result";
import { prepareInjectionFindings } from "./injection-findings";
import type { PrepareOperator } from "./operator";
import { preparePiiFindings } from "./pii-findings";
import { prepareToolVerdict } from "./tool-verdict";

/** The implementation of each operator that the catalogue names. */
export const operators: Readonly<Record<OperatorName, PrepareOperator>> = {
  injection_findings: prepareInjectionFindings,
  pii_findings: preparePiiFindings,
  tool_verdict: prepareToolVerdict,
  expression_result: prepareExpressionResult,
};
