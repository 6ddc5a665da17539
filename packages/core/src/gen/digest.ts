// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "64b8a3938febf644d188915a367938ff39404fdfa8f59dfe7b7919ae9d283683";
