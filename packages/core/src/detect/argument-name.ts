import { normaliseText } from "../match/index";
import { moveCodePoints } from "./offsets";
import type { Text } from "./text-scan";

/** How many members of the path lead to the arguments or the result themselves. */
const rootMembers: Partial<Record<Text["role"], number>> = { tool_arg: 2, tool_result: 3 };

/** Of longer names the beginning is read: a list under one name has as many texts as the request may hold. */
const maxNameChars = 128;

/** Places in lists, and of names that the path does not say. */
const isIndex = /^#?[0-9]+#?$/;

/** Names as they were read: a program's tools have the same ones in every call. */
const known = new Map<string, string>();
const mostKnown = 1024;

/**
 * What the name of the argument (or of the member of a result) in which a text stands says in words, as context of what the
 * text holds (SPECIFICATION T-29): `passportNumber` gives `passport Number`. The words, a line feed and the name as it is
 * written; nothing for texts that have no name.
 */
export function nameOfArgument({ role, path, name }: Text): string {
  const root = rootMembers[role];
  if (root === undefined) return "";
  const members = path.split("/").slice(1 + root);
  const member = name ?? members.findLast((one) => one !== "" && !isIndex.test(one));
  if (member === undefined) return "";
  const before = known.get(member);
  if (before !== undefined) return before;
  const read = readName(member);
  if (member.length > maxNameChars) return read;
  if (known.size >= mostKnown) known.clear();
  known.set(member, read);
  return read;
}

function readName(member: string): string {
  const name = normaliseText(member.slice(0, moveCodePoints(member, 0, maxNameChars))).text;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/[_.-]+/g, " ");
  return `${words}\n${name}`;
}
