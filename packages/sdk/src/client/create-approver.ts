import type { Clock } from "@holdpoint/core";
import type { ApprovalWakes } from "../approvals/approval-wakes";
import { type ApprovalChannel, type Approver, createApprover } from "../approvals/approver";
import { createCallbackChannel } from "../approvals/callback-channel";
import { createCertificateChecker } from "../approvals/certificate-checker";
import { createControlPlaneChannel } from "../approvals/control-plane-channel";
import { createSpentCertificates } from "../approvals/spent-certificates";
import type { KeyRing } from "../bundle/key-ring";
import type { Emitter } from "../events/emitter";
import type { Api } from "../transport/api";
import type { Settings } from "./settings";
import type { SnapshotHolder } from "./snapshot";

export interface ApproverParts {
  readonly settings: Settings;
  readonly api: Api | undefined;
  readonly keys: KeyRing | undefined;
  readonly wakes: ApprovalWakes;
  readonly snapshot: SnapshotHolder;
  readonly emitter: Emitter;
  readonly clock: Clock;
}

/** Whoever can be asked: the program's own callback, else the control plane, else nobody. */
export function createClientApprover(parts: ApproverParts): Approver {
  const { settings, emitter } = parts;
  return createApprover({
    channel: createChannel(parts),
    clock: settings.platform.clock,
    timeoutMs: settings.numbers.approvalTimeoutMs,
    onEnd: (event) => emitter.emit("approval", event),
  });
}

function createChannel({ settings, api, keys, wakes, snapshot, clock }: ApproverParts): ApprovalChannel | undefined {
  const { onApproval, platform, numbers } = settings;
  const { crypto } = platform;
  if (onApproval) return createCallbackChannel(onApproval);
  if (!api || !keys) return undefined;
  return createControlPlaneChannel({
    api,
    clock: platform.clock,
    random: crypto.random,
    randomUuid: crypto.randomUuid,
    pollIntervalMs: numbers.approvalPollIntervalMs,
    wakes,
    checker: createCertificateChecker({ keys, crypto, clock, spent: createSpentCertificates() }),
    bundle: () => snapshot.current.bundle,
  });
}
