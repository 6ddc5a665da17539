// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "377a83cb58698a6208f524ac548c2b4cbe0c29b9bb437ae67e4bbdc79249e4dd";
