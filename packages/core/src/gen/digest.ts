// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "0a7a01030643218d6136975b34e11f3215a3eab2a82a08d0ecfd33361abd7aa8";
