// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "ec8a74765a1a00d33c2c147456c1fdbec29f77f4de141333a943daaa1cdd3d2d";
