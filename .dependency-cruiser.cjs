/** The arrows of the house: who may import what. This file is the diagram; a test of the linter keeps it true. */
const room = (name) => `^packages/${name}/`;
const coreRoom = (name) => `^packages/core/src/${name}/`;
const test = "\\.(test|suite)\\.ts$";

/** Inside `from`, imports may only go to `allowed` (regular expressions over resolved paths). */
const only = (name, from, allowed, pathNot = [test]) => ({
  name,
  severity: "error",
  from: { path: from, pathNot },
  to: { pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: { pathNot: [test] },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    only("core-gen-imports-nothing-but-protobuf-types", coreRoom("gen"), [
      coreRoom("gen"),
      "@bufbuild/protobuf",
      coreRoom("detect"),
      coreRoom("policy"),
    ]),
    only("core-match-uses-gen", coreRoom("match"), [coreRoom("match"), coreRoom("gen"), "re2-wasm"]),
    only("core-expr-uses-match", coreRoom("expr"), [coreRoom("expr"), coreRoom("match"), coreRoom("gen")]),
    only("core-hash-uses-nothing", coreRoom("hash"), [coreRoom("hash"), "@noble/hashes"]),
    only("core-detect-uses-match", coreRoom("detect"), [
      coreRoom("detect"),
      coreRoom("match"),
      coreRoom("hash"),
      coreRoom("gen"),
      "@noble/hashes",
    ]),
    only("core-decide-uses-gen", coreRoom("decide"), [
      coreRoom("decide"),
      coreRoom("hash"),
      coreRoom("gen"),
      "@noble/hashes",
    ]),
    only("core-policy-uses-the-rooms", coreRoom("policy"), [coreRoom("(policy|match|expr|detect|decide|gen)")]),
    {
      name: "core-knows-no-machine",
      severity: "error",
      from: { path: room("core"), pathNot: [test] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "endpoints-use-core-index",
      severity: "error",
      from: { path: room("endpoints") },
      to: { path: "^packages/(?!(endpoints/|core/src/index\\.ts$))" },
    },
    {
      name: "endpoints-know-node-in-one-file",
      severity: "error",
      from: { path: room("endpoints"), pathNot: [test, "^packages/endpoints/src/node-endpoints\\.ts$"] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "endpoints-are-for-client-and-server",
      severity: "error",
      from: { pathNot: ["^packages/(endpoints|sdk|control-plane)/"] },
      to: { path: room("endpoints") },
    },
    // What reaches hosts is chosen with the platform, so that builds without Node never see it.
    {
      name: "endpoints-by-their-index",
      severity: "error",
      from: { path: "^packages/(sdk|control-plane)/", pathNot: [test] },
      to: {
        path: room("endpoints"),
        pathNot: "^packages/endpoints/src/(index|node-endpoints)\\.ts$",
      },
    },
    {
      name: "sdk-reaches-hosts-in-platform",
      severity: "error",
      from: { path: room("sdk"), pathNot: [test, "^packages/sdk/src/platform/"] },
      to: { path: "^packages/endpoints/src/node-endpoints\\.ts$" },
    },
    {
      name: "sdk-uses-core-index",
      severity: "error",
      from: { path: room("sdk") },
      // Its web build loads the core in two steps.
      to: { path: "^packages/core/src/(?!(index|text)\\.ts$)" },
    },
    {
      name: "sdk-knows-no-server",
      severity: "error",
      from: { path: room("sdk"), pathNot: [test] },
      to: { path: "^packages/(control-plane|cli|adapters)/" },
    },
    {
      name: "sdk-node-only-in-platform",
      severity: "error",
      from: { path: room("sdk"), pathNot: [test, "^packages/sdk/src/platform/"] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "sdk-lanes-do-not-know-each-other",
      severity: "error",
      from: { path: "^packages/sdk/src/(bundle|control|events|approvals|classifiers|validators)/", pathNot: [test] },
      to: {
        path: "^packages/sdk/src/(bundle|control|events|approvals|classifiers|validators|client)/",
        pathNot: "^packages/sdk/src/$1/",
      },
    },
    {
      name: "adapters-use-sdk-index",
      severity: "error",
      from: { path: room("adapters") },
      to: { path: "^packages/(core/|control-plane/|cli/|sdk/src/(?!index\\.ts$))" },
    },
    {
      name: "adapters-do-not-know-each-other",
      severity: "error",
      from: { path: "^packages/adapters/([^/]+)/" },
      // Clients that differ in little but their names share one guard.
      to: {
        path: "^packages/adapters/",
        pathNot: "^packages/adapters/($1/|fetch-guard/src/(index|clients\\.suite|stand-in-server|sink\\.suite)\\.ts$)",
      },
    },
    {
      name: "control-plane-never-sdk",
      severity: "error",
      from: { path: room("control-plane") },
      to: { path: "^packages/(sdk|cli|adapters)/" },
    },
    {
      name: "control-plane-uses-core-index",
      severity: "error",
      from: { path: room("control-plane") },
      to: { path: "^packages/core/src/(?!index\\.ts$)" },
    },
    {
      name: "cli-spawns-the-control-plane-by-name",
      severity: "error",
      from: { path: room("cli"), pathNot: [test] },
      to: { path: "^packages/(core/src/(?!index\\.ts$)|sdk/src/(?!index\\.ts$)|adapters/(?!mcp/src/index\\.ts$))" },
    },
    {
      name: "runner-imports-no-package",
      severity: "error",
      from: { path: "^conformance/runner/" },
      to: { path: "^packages/" },
    },
    // Published names resolve to the sources' index here; tools of one room of the core may open that room's index.
    {
      name: "outside-uses-published-names",
      severity: "error",
      from: {
        path: "^(examples|bench|conformance)/",
        pathNot: "^(conformance/(cel|re2|json-schema)|bench/suites/(expr|match)|bench/quality/(train|own))/",
      },
      to: { path: "^packages/(?!([^/]+|adapters/[^/]+)/src/index\\.ts$)" },
    },
    {
      name: "tools-of-a-room-use-its-index",
      severity: "error",
      from: { path: "^(conformance/(cel|re2)|bench/suites/(expr|match))/" },
      to: {
        path: "^packages/",
        pathNot:
          "^packages/core/src/(((expr|match)/)?index|detect/(injection|pii|secrets|catalogue-sources)|match/generate-cases\\.suite)\\.ts$",
      },
    },
    {
      name: "schema-suite-uses-its-room",
      severity: "error",
      from: { path: "^conformance/json-schema/" },
      to: { path: "^packages/", pathNot: "^packages/core/src/policy/(schema/[^/]+|problems)\\.ts$" },
    },
    {
      name: "measuring-reads-features-as-detectors-do",
      severity: "error",
      from: { path: "^bench/quality/(train|own)/" },
      to: {
        path: "^packages/",
        pathNot:
          "^packages/core/src/(match/index|gen/text-tables|detect/(combine-weights|learned-features|learned-models|slots|injection|conversation|text-scan|offsets|views|validators/index))\\.ts$",
      },
    },
    {
      name: "spec-imports-nothing",
      severity: "error",
      from: { path: "^spec/" },
      to: { path: "^(packages|conformance|bench|examples)/" },
    },
    { name: "no-orphan-resolution", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    exclude: { path: ["/dist/", "node_modules/.*/node_modules"] },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
