import { ApiError } from "../../errors";
import { defaults } from "../../gen/constants";
import { drawLeases } from "../../leases/draw-leases";
import { readLeaseCall } from "../read-lease-call";
import { readPatch } from "../read-patch";
import { item } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const draw: KeyRoute = {
  method: "POST",
  path: `${apiPrefix}/usage/leases`,
  access: "client",
  async handle({ services, caller, body }) {
    const call = readLeaseCall(readPatch(await body()));
    const { plan } = await services.snapshots.get(caller.organizationId, caller.bundleVersion);
    if (!plan) throw new ApiError("UNAVAILABLE", "the stored policies do not compile with this version of the server");
    const leases = await drawLeases(services.database, { ...caller, plan }, call);
    return item({ leases, renewAfterMs: defaults.leaseRenewMs });
  },
};

export const leaseRoutes = [draw];
