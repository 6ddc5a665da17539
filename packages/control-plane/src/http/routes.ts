import type { Route } from "./route";
import { agentRoutes } from "./routes/agents";
import { apiKeyRoutes } from "./routes/api-keys";
import { approvalRoutes } from "./routes/approvals";
import { auditRoutes } from "./routes/audit";
import { classifierRoutes } from "./routes/classifiers";
import { enforceRoutes } from "./routes/enforce";
import { governanceRoutes } from "./routes/governance";
import { grantRoutes } from "./routes/grants";
import { killSwitchRoutes } from "./routes/kill-switch";
import { leaseRoutes } from "./routes/leases";
import { policyRoutes } from "./routes/policies";
import { sdkRoutes } from "./routes/sdk";
import { systemRoutes } from "./routes/system";
import { traceRoutes } from "./routes/traces";
import { validatorRoutes } from "./routes/validators";

/** Every route that is served. Where two patterns fit, the earlier one answers. */
export const routes: readonly Route[] = [
  ...systemRoutes,
  ...grantRoutes,
  ...agentRoutes,
  ...governanceRoutes,
  ...killSwitchRoutes,
  ...enforceRoutes,
  ...policyRoutes,
  ...sdkRoutes,
  ...leaseRoutes,
  ...validatorRoutes,
  ...classifierRoutes,
  ...traceRoutes,
  ...approvalRoutes,
  ...auditRoutes,
  ...apiKeyRoutes,
];
