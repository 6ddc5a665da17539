import type { ApprovalAnswer, ApprovalContext } from "../types";
import type { ApprovalChannel } from "./approver";

/** Asks a function of the program. Only `true` and `{approved: true}` approve; a function that throws denies. */
export function createCallbackChannel(
  onApproval: (context: ApprovalContext) => ApprovalAnswer | Promise<ApprovalAnswer>,
): ApprovalChannel {
  return {
    async ask(context) {
      try {
        const answer: unknown = await onApproval(context);
        if (answer === true) return { kind: "approved" };
        if (typeof answer !== "object" || answer === null) return { kind: "denied" };
        const { approved, reason } = answer as Record<string, unknown>;
        if (approved === true) return { kind: "approved" };
        return typeof reason === "string" ? { kind: "denied", reason } : { kind: "denied" };
      } catch (cause) {
        return { kind: "denied", reason: "the approval callback failed", cause };
      }
    },
  };
}
