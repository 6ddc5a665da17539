// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "569af345ed6992034ba873d9c3ba493b4c69507e3d6824879f4d5ba371e49212";
