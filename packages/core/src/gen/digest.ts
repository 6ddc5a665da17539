// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "30073a0a110d389124bdb86bf2d794be4f780ab76f122bf03ed3a262f7cd1787";
