import type { ClassifierQuestion } from "@holdpoint/core";

/** A question that a policy asks about a step, and that nobody here can answer: its answer comes with the request. */
export interface Unanswered {
  readonly policyId: string;
  readonly kind: "classifier";
  /** Where the answer belongs: a JSON pointer into the request. */
  readonly pointer: string;
  /** The name under which the policy asks for it. */
  readonly name: string;
}

/** Questions as the caller is told of them, in the order of evaluation, each once. */
export function listUnanswered(questions: readonly ClassifierQuestion[]): readonly Unanswered[] {
  const open = questions.map(({ policyId, name }): [string, Unanswered] => {
    const pointer = `/classifierResults/${asPart(policyId)}`;
    return [pointer, { policyId, kind: "classifier", pointer, name }];
  });
  return [...new Map(open).values()];
}

/** As RFC 6901 wants it. */
const asPart = (member: string): string => member.replaceAll("~", "~0").replaceAll("/", "~1");
