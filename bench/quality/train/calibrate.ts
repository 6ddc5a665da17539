export interface Calibration {
  readonly slope: number;
  readonly offset: number;
}

/** A text whose source was left out of training, and how much its error counts; weights of all texts sum to 1. */
export interface UnseenText {
  readonly isAttack: boolean;
  readonly margin: number;
  readonly weight: number;
}

/** Platt's scaling by gradient descent: how the margin of an unseen text becomes a chance. */
export function calibrate(
  texts: readonly UnseenText[],
  { rate, rounds }: { readonly rate: number; readonly rounds: number },
): Calibration {
  let [slope, offset] = [1, 0];
  for (let round = 0; round < rounds; round++) {
    let [toSlope, toOffset] = [0, 0];
    for (const { isAttack, margin, weight } of texts) {
      const error = chanceOf(margin, { slope, offset }) - (isAttack ? 1 : 0);
      toSlope += weight * error * margin;
      toOffset += weight * error;
    }
    slope -= rate * toSlope;
    offset -= rate * toOffset;
  }
  return { slope, offset };
}

/** Half the weight for the attacks, half for the others. */
export function weighEvenly(texts: readonly Omit<UnseenText, "weight">[]): UnseenText[] {
  const attacks = texts.filter(({ isAttack }) => isAttack).length;
  return texts.map((text) => ({ ...text, weight: 0.5 / (text.isAttack ? attacks : texts.length - attacks) }));
}

export function chanceOf(margin: number, { slope, offset }: Calibration): number {
  return 1 / (1 + Math.exp(-(slope * margin + offset)));
}

/** The score of a margin, 0-100. */
export const scoreOf = (margin: number, calibration: Calibration): number =>
  Math.floor(100 * chanceOf(margin, calibration));
