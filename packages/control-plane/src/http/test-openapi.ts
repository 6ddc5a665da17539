import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";

interface Operation {
  readonly security?: readonly unknown[];
  readonly "x-roles"?: readonly string[];
  readonly parameters?: readonly { readonly name?: string; readonly in?: string; readonly $ref?: string }[];
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: object }>>;
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, { readonly name?: string }>>>>;
}

const file = new URL("../../../../spec/http/control-plane.openapi.yaml", import.meta.url);

/** The document of the contract, anchors merged so that it is plain JSON. */
export const openApi = parse(readFileSync(file, "utf8"), { merge: true }) as OpenApi;

/** A path as the document has it, from one with `:name`. */
export const documentPath = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(openApi, "openapi");
const compiled = new Map<string, ValidateFunction>();
const templates = Object.keys(openApi.paths)
  .sort((a, b) => Number(a.includes("{")) - Number(b.includes("{")))
  .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`) }));

/** What is wrong with an answer of the server, as text; empty when the document says the same. */
export function checkAnswer(method: string, pathname: string, status: number, body: unknown): string {
  const path = templates.find(({ pattern }) => pattern.test(pathname))?.path;
  const operation = path === undefined ? undefined : openApi.paths[path]?.[method.toLowerCase()];
  if (path === undefined || !operation)
    return status === 404 || status === 405 ? "" : `${method} ${pathname} is not in the document`;
  const { responses } = operation;
  const code = String(status) in responses ? String(status) : "default";
  const response = responses[code];
  if (!response) return `${method} ${path} answers ${status}, which the document does not say`;
  const pointer = response.$ref ?? `#/paths/${escapeStep(path)}/${method.toLowerCase()}/responses/${code}`;
  const content = (resolve(pointer) as { content?: Record<string, unknown> }).content ?? {};
  if (!("application/json" in content)) return "";
  const schema = `openapi${pointer}/content/application~1json/schema`;
  const validate = compiled.get(schema) ?? ajv.compile({ $ref: encodeURI(schema) });
  compiled.set(schema, validate);
  return validate(body) ? "" : `${method} ${path} ${status}: ${ajv.errorsText(validate.errors)}`;
}

const escapeStep = (step: string): string => step.replace(/~/g, "~0").replace(/\//g, "~1");

function resolve(pointer: string): unknown {
  let value: unknown = openApi;
  for (const step of pointer.slice(2).split("/")) {
    value = (value as Record<string, unknown>)[step.replace(/~1/g, "/").replace(/~0/g, "~")];
  }
  return value;
}
