// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "b1ae204583372055ea841dce979257b4afac5dd67fc97f4d4fff89ad6f2753d0";
