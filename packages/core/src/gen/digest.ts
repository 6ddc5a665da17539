// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "cbc7d324ef139c6e252a849f7ae455a8179b1fc25af1dc839ac5640f03d86fb2";
