import { rulePolicyTypes } from "../gen/policy-types";
import { prepareAccessVerdict } from "./access-verdict";
import { prepareApprovalCheck } from "./approval-check";
import { prepareRecordCount } from "./count-records";
import { prepareTokenCount } from "./count-tokens";
import { createCompile } from "./create-compile";
import { prepareDelegationVerdict } from "./delegation-verdict";
import { prepareExpressionResult } from "./expression-result";
import type { Parts } from "./parts";
import type { PatternGatherer } from "./pattern-plan";
import { prepareSequenceCheck } from "./sequence-check";
import { prepareSessionCheck } from "./session-check";
import { prepareSourceVerdict } from "./source-verdict";
import { prepareTimeCheck } from "./time-check";
import { prepareToolVerdict } from "./tool-verdict";

const ask = (): void => undefined;

/** No operator below asks for a pattern. */
const noPatterns: PatternGatherer = {
  useInjection: ask,
  usePii: ask,
  useSecrets: ask,
  useModeration: ask,
  addOwn: () => 0,
  build: () => ({ ok: true, plan: undefined }),
};

/** What policies that look at no text are compiled with. */
export const ruleParts: Parts = {
  types: rulePolicyTypes,
  operators: {
    access_verdict: prepareAccessVerdict,
    approval_check: prepareApprovalCheck,
    delegation_verdict: prepareDelegationVerdict,
    expression_result: prepareExpressionResult,
    record_count: prepareRecordCount,
    sequence_check: prepareSequenceCheck,
    session_check: prepareSessionCheck,
    source_verdict: prepareSourceVerdict,
    time_check: prepareTimeCheck,
    token_count: prepareTokenCount,
    tool_verdict: prepareToolVerdict,
  },
  categories: {},
  createPatternGatherer: () => noPatterns,
  compilePattern: undefined,
  compileSchema: undefined,
  countHosts: undefined,
  explain: undefined,
};

export const compileRules = createCompile(ruleParts);
