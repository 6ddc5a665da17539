import type { Plan } from "@holdpoint/core";
import type { KeyHolder } from "../admin/api-keys";
import { ApiError } from "../errors";
import type { Snapshot } from "../publish/snapshots";
import { asTenant } from "../store/tenant";
import type { Services } from "./services";

/** The organisation's rules, no older than the request, with their plan. Throws when they do not compile here. */
export async function loadPlan(
  services: Services,
  { organizationId, bundleVersion }: Pick<KeyHolder, "organizationId" | "bundleVersion">,
): Promise<Snapshot & { readonly plan: Plan }> {
  const snapshot = await services.snapshots.get(organizationId, bundleVersion);
  const { plan } = snapshot;
  if (plan) return { ...snapshot, plan };
  services.logger.error("stored policies do not compile", { problems: snapshot.problems });
  throw new ApiError("UNAVAILABLE", "the stored policies do not compile with this version of the server");
}

/** The same, no older than this moment: for who has waited since the request came. */
export async function loadNewestPlan(
  services: Services,
  organizationId: string,
): Promise<Snapshot & { readonly plan: Plan }> {
  const [row] = await asTenant(services.database, organizationId, (transaction) =>
    transaction.query<{ bundle_version: number }>("SELECT bundle_version FROM holdpoint.organizations"),
  );
  return loadPlan(services, { organizationId, bundleVersion: row?.bundle_version ?? 0 });
}
