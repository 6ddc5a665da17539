import type { Plan } from "@holdpoint/core";
import type { KeyHolder } from "../admin/api-keys";
import { ApiError } from "../errors";
import type { Snapshot } from "../publish/snapshots";
import type { Services } from "./services";

/** The organisation's rules, no older than the request, with their plan. Throws when they do not compile here. */
export async function loadPlan(
  services: Services,
  { organizationId, bundleVersion }: KeyHolder,
): Promise<Snapshot & { readonly plan: Plan }> {
  const snapshot = await services.snapshots.get(organizationId, bundleVersion);
  const { plan } = snapshot;
  if (plan) return { ...snapshot, plan };
  services.logger.error("stored policies do not compile", { problems: snapshot.problems });
  throw new ApiError("UNAVAILABLE", "the stored policies do not compile with this version of the server");
}
