import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseKinds } from "../store/test-databases";
import { agentsSuite } from "./agents.suite";
import { approvalsSuite } from "./approvals.suite";
import { approversSuite } from "./approvers.suite";
import { auditRoutesSuite } from "./audit.suite";
import { badInputSuite } from "./bad-input.suite";
import { bundleSuite } from "./bundle.suite";
import { certificatesSuite } from "./certificates.suite";
import { classifiersSuite } from "./classifiers.suite";
import { enforceSuite } from "./enforce.suite";
import { governanceSuite } from "./governance.suite";
import { grantsSuite } from "./grants.suite";
import { keysSuite } from "./keys.suite";
import { killSwitchSuite } from "./kill-switch.suite";
import { leasesSuite } from "./leases.suite";
import { policiesSuite } from "./policies.suite";
import { sessionsSuite } from "./sessions.suite";
import { startTestServer, type TestServer } from "./test-server";
import { tracesSuite } from "./traces.suite";
import { validatorsSuite } from "./validators.suite";

describe.each(databaseKinds)("the api on $name", (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server?.close());

  const get = () => server;
  agentsSuite(get);
  policiesSuite(get);
  enforceSuite(get);
  bundleSuite(get);
  tracesSuite(get);
  approvalsSuite(get);
  approversSuite(get);
  certificatesSuite(get);
  grantsSuite(get);
  governanceSuite(get);
  sessionsSuite(get);
  killSwitchSuite(get);
  leasesSuite(get);
  validatorsSuite(get);
  classifiersSuite(get);
  keysSuite(get);
  badInputSuite(get);
  auditRoutesSuite(get);

  test("no request has made the server log a warning or an error", () => {
    expect(server.errors).toEqual([]);
  });
});
