import { type EnforceRequest, listClassifierQuestions, listValidators, type Plan } from "@holdpoint/core";

/** A question that a policy asks about a step, and that this server asks nobody: its answer comes with the request. */
export interface Unanswered {
  readonly policyId: string;
  readonly kind: "classifier" | "validator";
  /** Where the answer belongs: a JSON pointer into the request. */
  readonly pointer: string;
  /** Of a classifier: the name under which the policy asks for it. */
  readonly name?: string;
}

/** The questions of policies that apply to a step and that the request does not answer, in the order of evaluation. */
export function listUnanswered(plan: Plan, request: EnforceRequest): readonly Unanswered[] {
  const { classifierResults = {}, validatorResults = {} } = request;
  const open: Unanswered[] = [
    ...listClassifierQuestions(plan, request)
      .filter(({ policyId }) => !Object.hasOwn(classifierResults, policyId))
      .map(({ policyId, name }) => {
        const pointer = `/classifierResults/${asPart(policyId)}`;
        return { policyId, kind: "classifier", pointer, name } as const;
      }),
    ...listValidators(plan, request)
      .filter(({ policyId }) => !Object.hasOwn(validatorResults, policyId))
      .map(({ policyId }) => {
        const pointer = `/validatorResults/${asPart(policyId)}`;
        return { policyId, kind: "validator", pointer } as const;
      }),
  ];
  return [...new Map(open.map((one) => [one.pointer, one])).values()];
}

/** As RFC 6901 wants it. */
const asPart = (member: string): string => member.replaceAll("~", "~0").replaceAll("/", "~1");
