// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "b90c000da10bc3f324750b89087d51c0cdde4f58a4ba5056706daa0fbdc2addc";
