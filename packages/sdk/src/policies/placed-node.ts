/** A value of a file with the places in which it was written. Offsets are UTF-16 code units from the file's start. */
export interface PlacedNode {
  readonly value: unknown;
  readonly start: number;
  /** How a text was written; absent for what is no text. */
  readonly style?: "plain" | "quoted" | "literal" | "folded";
  readonly members?: ReadonlyMap<string, PlacedMember>;
  readonly items?: readonly PlacedNode[];
  /** How many values it holds, itself included and aliases unfolded. */
  readonly size: number;
  /** How many lists and objects stand within one another, itself included. */
  readonly height: number;
}

export interface PlacedMember {
  readonly keyStart: number;
  readonly node: PlacedNode;
}

/** What is wrong at an offset of a text. */
export interface TextFault {
  readonly offset: number;
  readonly message: string;
}

export type ReadTextResult =
  | { readonly ok: true; readonly root: PlacedNode | undefined }
  | { readonly ok: false; readonly faults: readonly TextFault[] };

export function placeObject(members: ReadonlyMap<string, PlacedMember>, start: number): PlacedNode {
  const value: Record<string, unknown> = {};
  // Defined, not assigned: `__proto__` is a name like any other.
  for (const [name, { node }] of members)
    Object.defineProperty(value, name, { value: node.value, enumerable: true, configurable: true, writable: true });
  return { value, start, members, ...measure([...members.values()].map(({ node }) => node)) };
}

export function placeList(items: readonly PlacedNode[], start: number): PlacedNode {
  return { value: items.map(({ value }) => value), start, items, ...measure(items) };
}

function measure(parts: readonly PlacedNode[]): { readonly size: number; readonly height: number } {
  let size = 1;
  let height = 0;
  for (const part of parts) {
    size += part.size;
    height = Math.max(height, part.height);
  }
  return { size, height: height + 1 };
}
