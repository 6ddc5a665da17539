import { fieldTypes } from "./field-types.ts";
import type { GeneratedFile } from "./files.ts";
import type { FieldSpec, Spec } from "./read-spec.ts";
import { pascal } from "./text.ts";

/** rules.proto: the rule definition of each policy type as a message, from the catalogue. Wire names are the catalogue's. */
export function emitRulesProto(spec: Spec): GeneratedFile {
  const messages = spec.policyTypes.flatMap((type) =>
    protoMessage(`${pascal(type.type)}Rule`, type.title, type.fields),
  );
  return {
    path: "spec/proto/holdpoint/v1/rules.proto",
    text: `// Code generated from spec/catalog. Do not edit.\n\nsyntax = "proto3";\n\npackage holdpoint.v1;\n\nimport "google/protobuf/struct.proto";\n\n${messages.join("\n\n")}\n`,
  };
}

function protoMessage(name: string, title: string, fields: Readonly<Record<string, FieldSpec>>): string[] {
  const nested: string[] = [];
  const rows = Object.entries(fields).map(([field, spec], index) => {
    const kind = fieldTypes[spec.type];
    if (!kind) throw new Error(`${name}: field \`${field}\` has the unknown type \`${spec.type}\``);
    const type = kind.proto ?? `${name}${pascal(field)}Item`;
    if (kind.proto === undefined) nested.push(...protoMessage(type, `One of \`${field}\``, spec.fields ?? {}));
    const label = kind.label === "" ? "" : `${kind.label} `;
    return `  // ${spec.doc}\n  ${label}${type} ${field} = ${index + 1} [json_name = "${field}"];`;
  });
  return [`// ${title}.\nmessage ${name} {\n${rows.join("\n")}\n}`, ...nested];
}
