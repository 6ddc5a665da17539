// Code generated from spec/. Do not edit.

/** SHA-256 of the contract this was generated from. */
export const specDigest = "d49cd3ecdba02ae883cd5b9633d52ff13e87902d3b88717be7b2beab9bd5d1fb";
