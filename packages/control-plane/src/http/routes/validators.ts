import { administer } from "../../admin/administer";
import { invalid } from "../../errors";
import { asTenant } from "../../store/tenant";
import {
  deleteValidatorSecret,
  listValidatorSecrets,
  openValidatorSecrets,
  setValidatorSecret,
} from "../../validators/validator-secrets";
import { readFields } from "../read-fields";
import { item } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/validators`;

/** Bytes of a key for HMAC-SHA-256 that Standard Webhooks allows. */
const leastKeyBytes = 24;
const mostKeyBytes = 64;

const set: KeyRoute = {
  method: "POST",
  path,
  access: "admin",
  async handle({ services, caller, body }) {
    const { policyId, secret } = readFields(await body(), {
      policyId: { kind: "name", required: true },
      secret: { kind: "name" },
    });
    if (secret !== undefined) checkSecret(secret);
    return item(
      await administer(services.database, caller, (administration) =>
        setValidatorSecret(administration, services.secretKey, policyId, secret),
      ),
      201,
    );
  },
};

const getAll: KeyRoute = {
  method: "GET",
  path,
  access: "admin",
  async handle({ services, caller }) {
    return item(await asTenant(services.database, caller.organizationId, listValidatorSecrets));
  },
};

const remove: KeyRoute = {
  method: "DELETE",
  path: `${path}/:id`,
  access: "admin",
  async handle({ services, caller, param }) {
    await administer(services.database, caller, (administration) => deleteValidatorSecret(administration, param("id")));
    return new Response(null, { status: 204 });
  },
};

/** For clients alone: whoever administers a secret need not read it. */
const deliver: KeyRoute = {
  method: "GET",
  path: `${apiPrefix}/sdk/validators`,
  access: "sdk",
  async handle({ services, caller }) {
    const broken: string[] = [];
    const secrets = await asTenant(services.database, caller.organizationId, (transaction) =>
      openValidatorSecrets(transaction, services.secretKey, (policyId) => broken.push(policyId)),
    );
    for (const policyId of broken) services.logger.error("a validator's secret cannot be opened", { policyId });
    // Named without it: a client does not ask its validator unsigned.
    return item([...secrets, ...broken.map((policyId) => ({ policyId }))]);
  },
};

function checkSecret(secret: string): void {
  const [, coded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const bytes = coded === undefined ? 0 : Buffer.from(coded, "base64").length;
  if (bytes < leastKeyBytes || bytes > mostKeyBytes)
    throw invalid("/secret", `expected \`whsec_\` and the base64 of ${leastKeyBytes} to ${mostKeyBytes} bytes`);
}

export const validatorRoutes = [set, getAll, remove, deliver];
