import { administer } from "../../admin/administer";
import { invalid } from "../../errors";
import { bindStored } from "../../questions/bind-stored";
import {
  checkClassifierName,
  classifierDefaults,
  deleteClassifier,
  listClassifiers,
  type StoredClassifier,
  setClassifier,
} from "../../questions/classifiers";
import { asTenant } from "../../store/tenant";
import { readFields } from "../read-fields";
import { item } from "../responses";
import { apiPrefix, type KeyRoute } from "../route";

const path = `${apiPrefix}/classifiers`;

const set: KeyRoute = {
  method: "POST",
  path,
  access: "admin",
  async handle({ services, caller, body }) {
    const { name, apiKey, ...fields } = readFields(await body(), {
      name: { kind: "name", required: true },
      url: { kind: "text", required: true },
      kind: { kind: "name", required: true },
      model: { kind: "name", required: true },
      apiKey: { kind: "text" },
      question: { kind: "text" },
      examples: { kind: "any" },
      timeoutMs: { kind: "any" },
      failMode: { kind: "name" },
      redact: { kind: "any" },
    });
    checkClassifierName(name);
    const given = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
    );
    const written = { ...classifierDefaults, ...given } as unknown as StoredClassifier;
    // What cannot be asked is refused where it is written.
    bindStored(services.ways, written, apiKey, (message, member) => {
      throw invalid(member === undefined ? "" : `/${member}`, message);
    });
    return item(
      await administer(services.database, caller, (administration) =>
        setClassifier(administration, services.secretKey, name, written, apiKey),
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
    return item(await asTenant(services.database, caller.organizationId, listClassifiers));
  },
};

const remove: KeyRoute = {
  method: "DELETE",
  path: `${path}/:id`,
  access: "admin",
  async handle({ services, caller, param }) {
    await administer(services.database, caller, (administration) => deleteClassifier(administration, param("id")));
    return new Response(null, { status: 204 });
  },
};

export const classifierRoutes = [set, getAll, remove];
