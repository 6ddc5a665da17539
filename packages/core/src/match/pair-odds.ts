/** What follows a blank in English text, and then each letter from a to z: eight each, what does most often first. */
const followers =
  "tasicofptn lrscmleauoiyrotheakri eioadrs rsndctaio fruea eiruaoheao iturnotsclpmeauso ije isauolei oladyea poimb" +
  " tgdesacnru mfcdreaolt sul rmtnhe aioyts tesihuoh eiorassrnltempeiao mscih oaerntp aiecm soptnieea iouys";
const listed = 8;
/** The chance of anything else. */
const otherOdds = 0.004;
/** Units that are not ASCII share so many codes. */
const wideOdds = 1 / 28;
/** The chance that a digit or sign comes again. */
const runOdds = 0.4;

/** A blank is 0, letters follow, then signs. */
const columnOf = (unit: number): number => (unit === 32 ? 0 : unit > 0x60 ? unit & 31 : 31);

let pairs: Float64Array | undefined;

function listPairs(): Float64Array {
  const odds = new Float64Array(1024).fill(otherOdds);
  for (let i = 0; i < followers.length; i++)
    odds[(Math.floor(i / listed) << 5) | columnOf(followers.charCodeAt(i))] = 0.3 / ((i % listed) + 1.2);
  return odds;
}

/** Returns roughly the chance that a unit of ordinary text follows another; both are folded by `foldUnit`. */
export function pairOdds(before: number, unit: number): number {
  if (unit > 127) return wideOdds;
  if (unit === before && unit < 0x61) return runOdds;
  pairs ??= listPairs();
  return pairs[(columnOf(before) << 5) | columnOf(unit)]!;
}
