import type { GeneratedFile } from "./files.ts";
import type { FieldSpec, Spec } from "./read-spec.ts";
import { pascal } from "./text.ts";

const protoTypes: Record<string, string> = { bool: "bool", int: "int32", number: "double", money: "double" };

/** rules.proto: the rule definition of each policy type as a message, from the catalogue. Wire names are the catalogue's. */
export function emitRulesProto(spec: Spec): GeneratedFile {
  const messages = spec.policyTypes.flatMap((type) =>
    protoMessage(`${pascal(type.type)}Rule`, type.title, type.fields),
  );
  return {
    path: "spec/proto/holdpoint/v1/rules.proto",
    text: `// Code generated from spec/catalog. Do not edit.\n\nsyntax = "proto3";\n\npackage holdpoint.v1;\n\n${messages.join("\n\n")}\n`,
  };
}

function protoMessage(name: string, title: string, fields: Readonly<Record<string, FieldSpec>>): string[] {
  const nested: string[] = [];
  const rows = Object.entries(fields).map(([field, spec], index) => {
    let type = protoTypes[spec.type] ?? "string";
    if (spec.type === "objectList" || spec.type === "object") {
      type = `${name}${pascal(field)}Item`;
      nested.push(...protoMessage(type, `One of \`${field}\``, spec.fields ?? {}));
    }
    const label = spec.type.endsWith("List") ? "repeated " : "optional ";
    return `  // ${spec.doc}\n  ${label}${type} ${field} = ${index + 1} [json_name = "${field}"];`;
  });
  return [`// ${title}.\nmessage ${name} {\n${rows.join("\n")}\n}`, ...nested];
}
