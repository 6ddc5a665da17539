// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "6a2af861db8e1ce5541769bb3f6d9edadfafebee55f052db7bafafd34f71f953";
