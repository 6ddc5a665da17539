// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "a2222712930e8022a2a080da4ee1282fe21353feb29dc010789fdcc1acfed37f";
