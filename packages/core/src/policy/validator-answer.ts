import type { CustomValidatorRule, ValidatorAnswer } from "../gen/policy-types";
import { limits } from "../gen/tables";
import type { Evaluation, OperatorFailure, PrepareOperator } from "./operator";

const passing: ValidatorAnswer = { decision: "allow", because: "", evidence: [] };
const open: ValidatorAnswer = { decision: "open", because: "", evidence: [] };

/** `validator_answer`: what the endpoint said before evaluation; nothing is asked from here. */
export const prepareValidatorAnswer: PrepareOperator = (untyped, { policy }) => {
  const rule = untyped as unknown as CustomValidatorRule;
  const run = ({ view }: Evaluation): ValidatorAnswer | OperatorFailure => {
    const answer = view.extras.validatorResults.get(policy.id);
    if (answer === undefined || answer.decision === "error") {
      if (rule.fail_mode === "open") return open;
      const message = answer === undefined ? "the validator was not asked" : "the validator gave no usable answer";
      return { failure: "VALIDATOR_UNAVAILABLE", message };
    }
    if (answer.decision === "allow") return passing;
    const said = answer.message ?? "";
    return { decision: answer.decision, because: said && `: ${said.slice(0, limits.maxErrorChars)}`, evidence: [] };
  };
  return { reads: [], passing, run };
};
