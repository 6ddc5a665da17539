import { limits } from "@holdpoint/core";
import { type Document, isAlias, isCollection, isMap, isNode, isScalar, type Node, visit, type YAMLMap } from "yaml";

/** What is wrong at an offset of a text. */
export interface TextFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * What the parser lets pass: names given twice (it would compare each with all others), aliases without an anchor before
 * them, and nesting that no document has.
 */
export function findTextFaults(document: Document): readonly TextFault[] {
  const faults: TextFault[] = [];
  const anchors = new Set<string>();
  const refuse = (node: unknown, message: string): void => {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    if (faults.length < limits.maxProblems) faults.push({ offset, message });
  };
  visit(document, (_, node, path) => {
    if (isAlias(node) && !anchors.has(node.source))
      refuse(node, `there is no anchor \`${node.source.slice(0, 64)}\` before this`);
    const { anchor } = (isNode(node) ? node : {}) as Node & { anchor?: string };
    if (anchor !== undefined) anchors.add(anchor);
    if (isMap(node))
      for (const key of findSecondKeys(node)) refuse(key, `\`${nameOf(key).slice(0, 64)}\` is given twice`);
    if (!isCollection(node) || path.filter(isCollection).length < limits.maxBodyDepth) return undefined;
    refuse(node, `nested deeper than ${limits.maxBodyDepth} levels`);
    return visit.BREAK;
  });
  return faults;
}

function findSecondKeys({ items }: YAMLMap): readonly unknown[] {
  const names = new Set<string>();
  return items
    .map(({ key }) => key)
    .filter((key) => {
      const name = nameOf(key);
      const isSecond = names.has(name);
      names.add(name);
      return isSecond;
    });
}

const nameOf = (key: unknown): string => String(isScalar(key) ? (key.source ?? key.value) : key);
