/** Thrown inside the parser and caught at its door; never leaves `parsePattern`. */
export class PatternSyntaxError extends Error {
  constructor(
    readonly position: number,
    message: string,
  ) {
    super(message);
    this.name = "PatternSyntaxError";
  }
}

export function refuse(position: number, message: string): never {
  throw new PatternSyntaxError(position, message);
}
