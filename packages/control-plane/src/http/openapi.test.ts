import { expect, test } from "vitest";
import { apiErrors } from "../gen/constants";
import { accessRoles } from "./route";
import { routes } from "./routes";
import { checkAnswer, documentPath, openApi } from "./test-openapi";

const documented = Object.entries(openApi.paths).flatMap(([path, operations]) =>
  Object.entries(operations)
    .filter(([method]) => method !== "parameters")
    .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);
const served = routes.map((route) => ({ name: `${route.method} ${documentPath(route.path)}`, route }));

test("every served route is in the document, and every route of the document is served", () => {
  expect(served.map(({ name }) => name).sort()).toEqual(documented.map(({ name }) => name).sort());
});

test("the document says of every route who may use it and what it may be asked", () => {
  for (const { name, route } of served) {
    const operation = documented.find((entry) => entry.name === name)?.operation;
    if (route.access === "public") {
      expect([name, operation?.security]).toEqual([name, []]);
      continue;
    }
    expect([name, operation?.["x-roles"]]).toEqual([name, accessRoles[route.access]]);
    const query = (operation?.parameters ?? [])
      .map((parameter) => parameter.name ?? parameter.$ref?.split("/").at(-1))
      .filter((parameter) => parameter !== "If-None-Match");
    expect([name, query]).toEqual([name, route.query ?? []]);
  }
});

test("operation ids are unique, and the error codes are the contract's", () => {
  const ids = documented.map(({ operation }) => (operation as { operationId?: string }).operationId);
  expect(new Set(ids).size).toBe(documented.length);
  const codes = openApi.components["schemas"]?.["ErrorCode"] as { enum?: string[] } | undefined;
  expect(codes?.enum).toEqual(Object.keys(apiErrors));
});

test("the check of the answers is a real one: it finds what does not fit", () => {
  const agent = { agentId: "a", status: "active", createdAt: "x", updatedAt: "x" };
  expect(checkAnswer("GET", "/api/v1/agents/a", 200, { data: agent })).toBe("");
  expect(checkAnswer("GET", "/api/v1/agents/a", 200, { data: { ...agent, more: 1 } })).toMatch("additional properties");
  expect(checkAnswer("GET", "/api/v1/agents/a", 200, { data: { ...agent, status: "gone" } })).toMatch("allowed values");
  expect(checkAnswer("GET", "/api/v1/agents/a", 404, { error: { code: "NOPE", message: "" } })).toMatch(
    "allowed values",
  );
  expect(checkAnswer("GET", "/health", 201, {})).toMatch("does not say");
  expect(checkAnswer("GET", "/api/v1/elsewhere", 200, {})).toMatch("not in the document");
});
