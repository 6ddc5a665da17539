// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "a163353445c68739f204fd149d607db9a451d584d26746c821504dad9067d31a";
