/** What a label of a public data set says: whether the text is one that should be found, and the group that it is counted in. */
export interface YesOrNo {
  readonly isAttack: boolean;
  readonly group: string;
}

/** Words for texts that should be found, and the group of each. */
const attacks: Readonly<Record<string, string>> = {
  attack: "attack",
  "1": "attack",
  true: "attack",
  yes: "attack",
  positive: "attack",
  injection: "injection",
  "prompt injection": "injection",
  jailbreak: "jailbreak",
  unsafe: "unsafe",
  malicious: "malicious",
  harmful: "harmful",
  adversarial: "adversarial",
};
const innocents = new Set(
  "benign,0,false,no,negative,safe,legitimate,legit,harmless,normal,innocent,not injection,not jailbreak,no injection".split(
    ",",
  ),
);

/** Reads a label that says yes or no, as a word of either case, a number or a boolean; undefined for any other. */
export function readYesOrNo(label: unknown): YesOrNo | undefined {
  if (typeof label !== "string" && typeof label !== "number" && typeof label !== "boolean") return undefined;
  const word = String(label)
    .trim()
    .toLowerCase()
    .replace(/^([01])\.0+$/, "$1")
    .replace(/[\s_-]+/g, " ");
  if (innocents.has(word)) return { isAttack: false, group: "benign" };
  const group = Object.hasOwn(attacks, word) ? attacks[word] : undefined;
  return group === undefined ? undefined : { isAttack: true, group };
}
