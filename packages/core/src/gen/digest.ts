// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "7354e7feec98f11c04dc4e65ad7d107c1dc7d2372a02d8d65d6158c6bee16c44";
