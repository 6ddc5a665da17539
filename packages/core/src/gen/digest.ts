// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "a32892e9fe707362ab8ad2635e0b9bafa2423accf387099afbdfe78560487ab7";
