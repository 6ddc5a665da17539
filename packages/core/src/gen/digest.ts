// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "2544dcbe479031324eb5f2dc9283e3e69892044cee309b1ceaa49155dd3ee8c2";
